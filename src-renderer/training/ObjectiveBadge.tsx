/** The letter of an objective in its colour. */
import type { ObjectiveMark } from './objectives.ts';
import './ObjectiveBadge.css';

export function ObjectiveBadge({ mark }: { readonly mark: ObjectiveMark }) {
  return (
    <span className="objective-badge" style={{ '--objective': mark.color }} title={mark.name}>
      {mark.letter}
    </span>
  );
}
