/**
 * A long list of which only the rows in sight are in the page. Each row is one button, and the list is one stop
 * of Tab: arrows, Home and End walk through it, and Tab comes back to where one was.
 */
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { nextIndex } from './useRovingList.ts';

export function VirtualList<T>(props: {
  readonly items: readonly T[];
  readonly keyOf: (item: T) => string;
  readonly rowHeight: number;
  readonly className?: string;
  /** One button, with this `tabIndex`. */
  readonly children: (item: T, tabIndex: 0 | -1) => ReactNode;
}) {
  const { items, keyOf, rowHeight } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0);
  const current = Math.min(at, items.length - 1);
  /** The row that is to have the focus once it is there. */
  const wanted = useRef<number | null>(null);
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => keyOf(items[index] as T),
    overscan: 8,
    // The row that the focus is or will be at stays, however far one scrolls.
    rangeExtractor: (range) =>
      [...new Set([...defaultRangeExtractor(range), current])].sort((a, b) => a - b),
  });
  useEffect(() => {
    if (wanted.current === null) return;
    const row = scroller.current?.querySelector<HTMLElement>(
      `[data-index="${wanted.current}"] button`,
    );
    wanted.current = null;
    row?.focus({ preventScroll: true });
  });
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = nextIndex(event.key, current, items.length);
    if (next === null) return;
    event.preventDefault();
    wanted.current = next;
    setAt(next);
    rows.scrollToIndex(next);
  };
  return (
    <div ref={scroller} className={`scroll ${props.className ?? ''}`} onKeyDown={onKeyDown}>
      <ul className="virtual" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, key, start }) => {
          const item = items[index];
          return (
            item !== undefined && (
              <li
                key={key}
                data-index={index}
                aria-setsize={items.length}
                aria-posinset={index + 1}
                style={{ top: start, height: rowHeight }}
                onFocus={() => setAt(index)}
              >
                {props.children(item, index === current ? 0 : -1)}
              </li>
            )
          );
        })}
      </ul>
    </div>
  );
}
