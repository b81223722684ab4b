/** The differences beside the canvas: one stop of Tab, arrows walk, and the canvas follows. */
import { useStore } from 'zustand';
import { useRovingList } from '#renderer/ui/useRovingList.ts';
import { type ListedDifference, SIGNS } from './differences.ts';
import { goToDifference, graphStore } from './graphStore.ts';

export function DifferenceList({ list }: { readonly list: readonly ListedDifference[] }) {
  const roving = useRovingList<HTMLUListElement>();
  const current = useStore(graphStore, (state) => state.current);
  return (
    <ul {...roving} className="difference-list" aria-label="Differences of the graphs">
      {list.map(({ key, kind, title, details }) => (
        <li key={key}>
          <button
            type="button"
            className="difference-row"
            aria-current={current === key || undefined}
            onFocus={() => goToDifference(key)}
            onClick={() => goToDifference(key)}
          >
            <span className={`difference-sign ${kind}`} aria-hidden="true">
              {SIGNS[kind]}
            </span>
            <span className="difference-text">
              <b>{title}</b> <span>{kind}</span>
              {details.map((line) => (
                <small key={line}>{line}</small>
              ))}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
