/** A formula set by KaTeX. A source that does not parse shows as it is written. */
import katex from 'katex';
import 'katex/dist/katex.min.css';
import { memo, useLayoutEffect, useRef, useState } from 'react';
import './Formula.css';

export const Formula = memo(function Formula({ source }: { readonly source: string }) {
  const root = useRef<HTMLDivElement>(null);
  const [scrolls, setScrolls] = useState(false);
  useLayoutEffect(() => {
    const element = root.current;
    if (!element) return;
    const observer = new ResizeObserver(() =>
      setScrolls(element.scrollWidth > element.clientWidth),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [source]);
  // KaTeX escapes its input; with `trust` off its output holds no links, scripts or styles from it.
  const html = katex.renderToString(source, {
    throwOnError: false,
    displayMode: true,
    trust: false,
  });
  return (
    <div
      ref={root}
      className="formula"
      // One that is cut off can be scrolled by keyboard.
      tabIndex={scrolls ? 0 : undefined}
      dangerouslySetInnerHTML={{ __html: html }}
    />
  );
});
