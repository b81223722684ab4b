/** The middle for points and curves: where samples lie, in the colours of their classes or of their parts. */
import { useState } from 'react';
import type { PointsProfile } from '#engine/protocol/profileContract.ts';
import { formatCount, formatShort } from '#renderer/ui/format.ts';
import { Segments } from '#renderer/ui/Segments.tsx';
import { useSize } from '#renderer/ui/useSize.ts';
import type { PartProps } from '../defineKind.ts';
import { PartsKey } from '../samples/PartsKey.tsx';
import { useSourceName } from '../useDatasets.ts';

type Colouring = 'class' | 'part';

const MARGIN = { left: 44, top: 4, right: 4, bottom: 24 };
const RUN_COLOURS = 8;

export function PointsWork({ data, profile }: PartProps<'points'>) {
  const name = useSourceName(data.source);
  const [chosen, setColouring] = useState<Colouring>('class');
  const hasClasses = profile.classes.length > 0;
  const colouring = hasClasses ? chosen : 'part';
  return (
    <div className="data-samples-work">
      <header className="data-bar">
        <h1 className="ellipsis">{name}</h1>
        <small className="ellipsis">
          {formatCount(profile.count, 'sample')}
          {profile.points.length < profile.count &&
            `, ${formatCount(profile.points.length, 'point')} of them drawn`}
        </small>
        <span className="grow" />
        {colouring === 'part' && <PartsKey />}
        {hasClasses && (
          <Segments<Colouring>
            label="What colours say"
            value={colouring}
            options={[
              { value: 'class', label: 'Classes' },
              { value: 'part', label: 'Parts' },
            ]}
            onChange={setColouring}
          />
        )}
      </header>
      <Plane profile={profile} colouring={colouring} />
    </div>
  );
}

function Plane(props: { readonly profile: PointsProfile; readonly colouring: Colouring }) {
  const { points, axes, classes } = props.profile;
  const [ref, { width, height }] = useSize<HTMLDivElement>();
  const across = scaleOf(
    points.map(({ x }) => x),
    MARGIN.left,
    Math.max(MARGIN.left + 1, width - MARGIN.right),
  );
  const up = scaleOf(
    points.map(({ y }) => y),
    Math.max(MARGIN.top + 1, height - MARGIN.bottom),
    MARGIN.top,
  );
  const of = classes.length > 0 ? `, ${classes.length} classes` : '';
  return (
    <div className="data-plane" ref={ref}>
      {width > 0 && (
        <svg
          {...{ width, height }}
          role="img"
          aria-label={`${formatCount(points.length, 'sample')} by ${axes.join(' and ')}${of}`}
        >
          <rect
            className="frame"
            x={MARGIN.left}
            y={MARGIN.top}
            width={Math.max(0, width - MARGIN.left - MARGIN.right)}
            height={Math.max(0, height - MARGIN.top - MARGIN.bottom)}
          />
          {points.map(({ x, y, part, label }, i) =>
            Number.isFinite(x) && Number.isFinite(y) ? (
              <circle
                key={i}
                cx={across.at(x)}
                cy={up.at(y)}
                r={2.5}
                className={props.colouring === 'part' ? `by-part ${part ?? 'none'}` : 'by-class'}
                {...(props.colouring === 'class'
                  ? { style: { fill: `var(--run-${(Math.max(0, label) % RUN_COLOURS) + 1})` } }
                  : {})}
              />
            ) : null,
          )}
          {[across.low, across.high].map((value, i) => (
            <text
              key={i}
              x={across.at(value) + (i === 0 ? -6 : 6)}
              y={height - 8}
              textAnchor={i === 0 ? 'start' : 'end'}
              className="data-tick"
            >
              {formatShort(value)}
            </text>
          ))}
          <text
            x={(width + MARGIN.left) / 2}
            y={height - 8}
            textAnchor="middle"
            className="data-tick"
          >
            {axes[0]}
          </text>
          {[up.low, up.high].map((value, i) => (
            <text
              key={i}
              x={MARGIN.left - 6}
              y={up.at(value) + 3}
              textAnchor="end"
              className="data-tick"
            >
              {formatShort(value)}
            </text>
          ))}
          <text x={MARGIN.left - 6} y={height / 2} textAnchor="end" className="data-tick">
            {axes[1]}
          </text>
        </svg>
      )}
    </div>
  );
}

const INSET = 8;

/** From numbers to pixels, `from` being the smallest; a little off both ends. */
function scaleOf(values: readonly number[], from: number, to: number) {
  const finite = values.filter((value) => Number.isFinite(value));
  const low = finite.reduce((a, b) => Math.min(a, b), Infinity);
  const high = finite.reduce((a, b) => Math.max(a, b), -Infinity);
  const span = high > low ? high - low : 1;
  const inset = Math.sign(to - from) * INSET;
  return {
    low: Number.isFinite(low) ? low : 0,
    high: Number.isFinite(high) ? high : 1,
    at: (value: number): number => from + inset + ((value - low) / span) * (to - from - 2 * inset),
  };
}
