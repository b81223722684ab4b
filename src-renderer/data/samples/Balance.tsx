/** How many of each class are in each part, and which share of the part that is. */
import type { ClassCounts, PartName } from '#engine/protocol/profileContract.ts';
import { formatInteger, formatPercent } from '#renderer/ui/format.ts';
import { Section } from '#renderer/ui/Section.tsx';
import { PART_LABELS, PARTS } from './parts.ts';
import './samples.css';

/** More are a list to scroll that nobody reads; the rarest are what matters then. */
const MOST_SHOWN = 20;

const totalOf = ({ parts }: ClassCounts): number => parts.train + parts.validation + parts.test;

export function Balance({ classes }: { readonly classes: readonly ClassCounts[] }) {
  if (classes.length < 2) return null;
  const whole = (part: PartName): number =>
    Math.max(
      1,
      classes.reduce((sum, { parts }) => sum + parts[part], 0),
    );
  const shown =
    classes.length <= MOST_SHOWN
      ? classes
      : classes.toSorted((a, b) => totalOf(a) - totalOf(b)).slice(0, MOST_SHOWN);
  return (
    <Section
      id="data-balance"
      title="Balance"
      fact={
        shown.length < classes.length
          ? `the rarest ${MOST_SHOWN} of ${formatInteger(classes.length)} classes`
          : 'share of each part'
      }
    >
      <table className="data-balance">
        <thead>
          <tr>
            <th>Class</th>
            {PARTS.map((part) => (
              <th key={part} className="num">
                {PART_LABELS[part]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map(({ name, parts }, i) => (
            <tr key={i}>
              <td className="ellipsis" title={name}>
                {name}
              </td>
              {PARTS.map((part) => (
                <td key={part} className="num" title={formatInteger(parts[part])}>
                  {parts[part] === 0 ? '–' : formatPercent(parts[part] / whole(part))}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
