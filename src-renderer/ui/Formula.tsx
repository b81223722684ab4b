/** A formula set by KaTeX. A source that does not parse shows as it is written. */
import katex from 'katex';
import 'katex/dist/katex.min.css';
import { memo } from 'react';

export const Formula = memo(function Formula({ source }: { readonly source: string }) {
  // KaTeX escapes its input; with `trust` off its output holds no links, scripts or styles from it.
  const html = katex.renderToString(source, {
    throwOnError: false,
    displayMode: true,
    trust: false,
  });
  return <div className="formula" dangerouslySetInnerHTML={{ __html: html }} />;
});
