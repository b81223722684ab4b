/** How the values of a column are spread: grey all rows, in colour the share of the target. 108 x 18 in a row. */
import { memo } from 'react';
import type { ColumnProfile } from '#engine/protocol/profileContract.ts';

export interface Bar {
  readonly count: number;
  readonly ofTarget: number | null;
}

/** Of words at most so many bars; the others say little at this size. */
const MOST_WORDS = 24;
/** More different words than this have nothing in common to draw. */
export function barsOf(distribution: ColumnProfile['distribution']): readonly Bar[] {
  if (distribution === null) return [];
  if (distribution.kind === 'numbers') {
    return distribution.counts.map((count, i) => ({
      count,
      ofTarget: distribution.ofTarget?.[i] ?? null,
    }));
  }
  return distribution.words
    .slice(0, MOST_WORDS)
    .map(({ count, ofTarget }) => ({ count, ofTarget: ofTarget ?? null }));
}

/** Each value is another one: there is no shape to it. */
export function isFlat({ distribution, distinct }: ColumnProfile, rows: number): boolean {
  if (distribution === null) return true;
  if (distribution.kind !== 'words') return false;
  return distinct > 40 && distinct > 0.1 * rows;
}

export interface BarsProps {
  readonly bars: readonly Bar[];
  readonly width: number;
  readonly height: number;
  readonly gap: number;
  /** Numbers: so that what is rare is seen. */
  readonly isRoot: boolean;
}

/** Only the drawing; whoever shows it says it in words. */
export function Bars({ bars, width, height, gap, isRoot }: BarsProps) {
  const scale = (value: number): number => (isRoot ? Math.sqrt(value) : value);
  const most = Math.max(1e-9, ...bars.map(({ count }) => scale(count)));
  const step = width / Math.max(1, bars.length);
  return bars.map(({ count, ofTarget }, i) => {
    const full = (scale(count) / most) * height;
    // Of a bar that is not drawn to scale the part in colour is a share of it.
    const part = ofTarget === null || count === 0 ? 0 : (full * ofTarget) / count;
    const own = { x: i * step, width: Math.max(0.5, step - gap) };
    return (
      <g key={i}>
        <rect {...own} y={height - full} height={full} className="data-share" />
        {part > 0 && (
          <rect {...own} y={height - part} height={part} className="data-share target" />
        )}
      </g>
    );
  });
}

const WIDTH = 108;
const HEIGHT = 18;

export const Distribution = memo(function Distribution(props: {
  readonly column: ColumnProfile;
  readonly rows: number;
}) {
  const { column, rows } = props;
  const bars = barsOf(column.distribution);
  const isNumbers = column.distribution?.kind === 'numbers';
  return (
    <svg width={WIDTH} height={HEIGHT} aria-hidden="true">
      {isFlat(column, rows) || bars.length === 0 ? (
        <rect y={HEIGHT / 2} width={WIDTH} height={HEIGHT / 2} className="data-share flat" />
      ) : (
        <Bars
          {...{ bars, width: WIDTH, height: HEIGHT, isRoot: isNumbers }}
          gap={isNumbers ? 0.8 : 1.5}
        />
      )}
    </svg>
  );
});
