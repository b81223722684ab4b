/** Labels that a sample has or is told to have, each with its probability and a mark that says whether it is right. */
import { formatPercent } from '../ui/format.ts';
import { type ToldLabel, VERDICTS } from './sampleLabels.ts';
import './LabelChips.css';

export function LabelChips({ labels }: { readonly labels: readonly ToldLabel[] }) {
  if (labels.length === 0) return <p className="label-chips none">✓ none, as it is</p>;
  return (
    <ul className="label-chips">
      {labels.map(({ name, probability, verdict }) => {
        const { mark, means } = VERDICTS[verdict];
        return (
          <li key={name} data-verdict={verdict} title={`${name}: ${means}`}>
            <i aria-hidden="true">{mark}</i>
            <span className="visually-hidden">{means}: </span>
            <span className="ellipsis">{name}</span>
            <em>{formatPercent(probability, 0)}</em>
          </li>
        );
      })}
    </ul>
  );
}
