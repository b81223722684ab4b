/** One column closely: how its values are spread, what fills its gaps, its figures. */
import type { ColumnProfile } from '#engine/protocol/profileContract.ts';
import { ticksOf } from './ticks.ts';
import {
  formatFixed,
  formatInteger,
  formatPercent,
  formatShort,
  formatYears,
} from '#renderer/ui/format.ts';
import { figure } from './columnWords.ts';
import { Bars, barsOf } from './Distribution.tsx';

const WIDTH = 287;
const HEIGHT = 60;
/** The width of a letter of its labels. */
const LETTER = 6.5;
/** Words under their bars need room. */
const MOST_NAMED = 12;

export function ColumnDetails(props: {
  readonly column: ColumnProfile;
  readonly rows: number;
  /** `median 28 fills 177 rows`, at that value. */
  readonly fill: { readonly at: number; readonly text: string } | null;
  /** Why it has its role, in a sentence. */
  readonly why: string | null;
}) {
  const { column, rows, fill, why } = props;
  return (
    <div className="data-details">
      {column.distribution === null ? (
        <p className="t3">It has no values.</p>
      ) : column.distribution.kind === 'numbers' ? (
        <Histogram column={column} fill={fill} />
      ) : (
        <Words column={column} rows={rows} />
      )}
      <Figures column={column} />
      {why !== null && <p className="data-why">{why}</p>}
    </div>
  );
}

function Histogram(props: {
  readonly column: ColumnProfile;
  readonly fill: { readonly at: number; readonly text: string } | null;
}) {
  const { column, fill } = props;
  const { distribution } = column;
  if (distribution?.kind !== 'numbers') return null;
  const { low, high } = distribution;
  const bars = barsOf(distribution);
  const x = (value: number): number =>
    high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) * WIDTH : WIDTH / 2;
  const at = fill && x(fill.at);
  const isRight = at !== null && at > WIDTH / 2;
  return (
    <svg
      width="100%"
      viewBox={`0 0 ${WIDTH} 84`}
      role="img"
      aria-label={`${column.name}: values from ${figure(low)} to ${figure(high)}`}
    >
      <g transform="translate(0 4)">
        <Bars {...{ bars, width: WIDTH, height: HEIGHT, gap: 1, isRoot: false }} />
        <line x1={0} x2={WIDTH} y1={HEIGHT + 0.5} y2={HEIGHT + 0.5} className="data-axis" />
        {fill && at !== null && (
          <>
            <line x1={at} x2={at} y1={-2} y2={HEIGHT} className="data-fill-line" />
            <text
              x={isRight ? at - 4 : at + 4}
              y={5}
              textAnchor={isRight ? 'end' : 'start'}
              className="data-fill-text"
            >
              {fill.text}
            </text>
          </>
        )}
      </g>
      {labelsOf(column.type === 'date', low, high).map(({ tick, text }) => {
        const place = x(tick);
        const anchor = place < 12 ? 'start' : place > WIDTH - 12 ? 'end' : 'middle';
        return (
          <text key={tick} x={place} y={79} textAnchor={anchor} className="data-tick">
            {text}
          </text>
        );
      })}
    </svg>
  );
}

/** As many as stand beside each other; whole years, and days only where there are not two years. */
function labelsOf(isDate: boolean, low: number, high: number) {
  const isYears = isDate && high - low >= 2;
  const write = (tick: number): string =>
    isYears ? String(tick) : isDate ? formatYears(tick) : formatShort(tick, 3);
  const longest = Math.max(...[low, high].map((end) => write(end).length));
  const most = isYears ? 5 : Math.max(2, Math.min(5, Math.floor(WIDTH / (longest * LETTER + 16))));
  return ticksOf(low, high, { most, isWhole: isYears }).map((tick) => ({
    tick,
    text: write(tick),
  }));
}

function Words({ column, rows }: { readonly column: ColumnProfile; readonly rows: number }) {
  if (column.distribution?.kind !== 'words') return null;
  const { words, others } = column.distribution;
  const shown = words.slice(0, MOST_NAMED);
  const more = others + words.slice(MOST_NAMED).reduce((sum, { count }) => sum + count, 0);
  const most = Math.max(1, ...shown.map(({ count }) => count));
  return (
    <ul className="data-words" aria-label={`Values of ${column.name}`}>
      {shown.map(({ word, count, ofTarget = 0 }) => (
        <li key={word}>
          <span className="ellipsis" title={word}>
            {word}
          </span>
          <span className="data-word-bar" aria-hidden="true">
            <i style={{ width: `${(count / most) * 100}%` }} />
            <i className="target" style={{ width: `${(ofTarget / most) * 100}%` }} />
          </span>
          <span className="num">{formatInteger(count)}</span>
          <span className="num t3">{formatPercent(rows > 0 ? count / rows : 0)}</span>
        </li>
      ))}
      {more > 0 && (
        <li>
          <span className="t3">others</span>
          <span />
          <span className="num">{formatInteger(more)}</span>
          <span className="num t3">{formatPercent(rows > 0 ? more / rows : 0)}</span>
        </li>
      )}
    </ul>
  );
}

function Figures({
  column: { numbers, withTarget, distinct, type },
}: {
  readonly column: ColumnProfile;
}) {
  const isDate = type === 'date';
  const write = isDate ? formatYears : figure;
  const facts: (readonly [string, string])[] = [];
  if (numbers) {
    const { min, max, mean, standardDeviation, median, q1, q3, skew, zeros, outliers } = numbers;
    if (isDate) facts.push(['First', write(min)], ['Last', write(max)], ['Median', write(median)]);
    else {
      facts.push(['Mean', write(mean)], ['Deviation', figure(standardDeviation)]);
      facts.push(['Smallest', write(min)], ['Largest', write(max)]);
      facts.push(['Quartile 1', write(q1)], ['Quartile 3', write(q3)]);
      facts.push(['Median', write(median)], ['Skew', formatFixed(skew, 2)]);
      facts.push(['Zeros', formatInteger(zeros)]);
    }
    if (outliers > 0) facts.push(['Outliers', formatInteger(outliers)]);
  } else facts.push(['Different', formatInteger(distinct)]);
  if (withTarget?.bits !== undefined)
    facts.push(['With target', `${formatFixed(withTarget.bits, 3)} bit`]);
  if (withTarget?.correlation !== undefined)
    facts.push(['Correlation', formatFixed(withTarget.correlation, 2)]);
  return (
    <dl className="data-figures">
      {facts.map(([name, value]) => (
        <div key={name} className="data-fact">
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
