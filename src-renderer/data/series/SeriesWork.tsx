/** The middle for series: their columns as lines over the parts that ask about them, one window marked. */
import { useState } from 'react';
import type { SeriesProfile, ShownSeries } from '#engine/protocol/profileContract.ts';
import { IconButton } from '#renderer/ui/Button.tsx';
import { formatCount, formatInteger, formatShort, formatYears } from '#renderer/ui/format.ts';
import { Select } from '#renderer/ui/Select.tsx';
import { useWidth } from '#renderer/ui/useWidth.ts';
import type { PartProps } from '../defineKind.ts';
import { partText } from '../samples/parts.ts';
import { PartsKey } from '../samples/PartsKey.tsx';
import { useSourceName } from '../useDatasets.ts';

const USES: Readonly<Record<SeriesProfile['columns'][number]['use'], string>> = {
  input: 'goes in',
  target: 'wanted',
  both: 'goes in and is wanted',
};

export function SeriesWork({ data, profile }: PartProps<'series'>) {
  const { series, columns, windows, count, seriesCount } = profile;
  const name = useSourceName(data.source);
  const [wantedSeries, setSeries] = useState(0);
  const [wantedWindow, setWindow] = useState(0);
  const at = Math.min(wantedSeries, series.length - 1);
  const own = windows.filter((window) => window.series === at);
  const place = Math.min(wantedWindow, Math.max(0, own.length - 1));
  const shown = series[at];
  const window = own[place];
  return (
    <div className="data-samples-work">
      <header className="data-bar">
        <h1 className="ellipsis">{name}</h1>
        <small className="ellipsis">
          {formatCount(count, 'window')}
          {seriesCount > 1 && ` of ${formatInteger(seriesCount)} series`}
        </small>
        <span className="grow" />
        <PartsKey />
        {series.length > 1 && (
          <Select
            small
            label="Series"
            value={String(at)}
            options={series.map(({ name }, i) => ({
              value: String(i),
              label: name === '' ? `Series ${i + 1}` : name,
            }))}
            onChange={(next) => {
              setSeries(Number(next));
              setWindow(0);
            }}
          />
        )}
        {own.length > 1 && (
          <span className="data-window-keys">
            <IconButton
              small
              icon="chevronRight"
              className="before"
              label="Window before"
              disabled={place === 0}
              onClick={() => setWindow(place - 1)}
            />
            {formatInteger(place + 1)} of {formatInteger(own.length)}
            <IconButton
              small
              icon="chevronRight"
              label="Next window"
              disabled={place >= own.length - 1}
              onClick={() => setWindow(place + 1)}
            />
          </span>
        )}
      </header>
      <div className="scroll">
        {shown && (
          <div className="data-series">
            {window && (
              <p className="data-why" role="status">
                Marked: a window ({partText(window.part)}) of step {formatInteger(window.start + 1)}{' '}
                to {formatInteger(window.start + profile.window)};{' '}
                {wantedText(profile, window.start)}
              </p>
            )}
            {columns.map((column, i) => (
              <figure key={column.name}>
                <figcaption>
                  <b>{column.name}</b>
                  <small>
                    {USES[column.use]}
                    {column.scaling === '' ? '' : `, ${column.scaling}`}
                  </small>
                </figcaption>
                <Lines
                  {...{ series: shown, profile, label: column.name }}
                  line={shown.lines[i] ?? { at: [], values: [] }}
                  start={window?.start ?? null}
                  height={columns.length === 1 ? 320 : columns.length < 4 ? 180 : 110}
                />
              </figure>
            ))}
          </div>
        )}
      </div>
    </div>
  );
}

function wantedText({ predict, wanted }: SeriesProfile, start: number): string {
  if (predict === 'class') return 'the class at its end is wanted.';
  if (predict === 'remaining') return 'the steps that remain after it are wanted.';
  const [from, to] = [start + wanted.from + 1, start + wanted.to + 1].map(formatInteger);
  return from === to ? `step ${from} is wanted.` : `step ${from} to ${to} are wanted.`;
}

const LEFT = 48;
const FOOT = 5;
const BOTTOM = 20;
/** A window of few steps among many is still seen. */
const NARROWEST = 3;

function Lines(props: {
  readonly series: ShownSeries;
  readonly profile: SeriesProfile;
  readonly line: ShownSeries['lines'][number];
  readonly label: string;
  readonly start: number | null;
  readonly height: number;
}) {
  const { series, profile, line, start, height, label } = props;
  const [ref, width] = useWidth<HTMLDivElement>();
  const numbers = line.values.filter((value) => value !== null);
  const low = numbers.reduce((a, b) => Math.min(a, b), Infinity);
  const high = numbers.reduce((a, b) => Math.max(a, b), -Infinity);
  const plot = Math.max(1, width - LEFT - 1);
  const floor = height - BOTTOM;
  // Each step has a place of its own: a stretch ends where the next one begins.
  const x = (step: number): number => LEFT + (step / Math.max(1, series.steps)) * plot;
  const y = (value: number): number =>
    6 + (1 - (value - low) / (high > low ? high - low : 1)) * (floor - FOOT - 12);
  return (
    <div ref={ref}>
      {width > 0 && numbers.length > 0 && (
        <svg
          {...{ width, height }}
          role="img"
          aria-label={`${label} over ${formatCount(series.steps, 'step')}, ${formatShort(low)} to ${formatShort(high)}`}
        >
          <rect className="frame" x={LEFT} y={0.5} width={plot} height={floor} />
          {series.stretches.map(({ part, from, to }) => (
            <g key={from}>
              <rect
                className={`stretch ${part}`}
                x={x(from)}
                y={1}
                width={x(to) - x(from)}
                height={floor - 1}
              />
              <rect
                className={`foot ${part}`}
                x={x(from)}
                y={floor - FOOT}
                width={x(to) - x(from)}
                height={FOOT}
              />
            </g>
          ))}
          {start !== null && <Marked {...{ profile, start, x, floor }} />}
          <path className="line" d={pathOf(line, (step) => x(step + 0.5), y)} />
          {[high, low].map((value, i) => (
            <text
              key={i}
              x={LEFT - 6}
              y={i === 0 ? 12 : floor - FOOT - 3}
              textAnchor="end"
              className="data-tick"
            >
              {formatShort(value)}
            </text>
          ))}
          {[series.firstTime, series.lastTime].map((time, i) => (
            <text
              key={i}
              x={i === 0 ? LEFT : LEFT + plot}
              y={height - 6}
              textAnchor={i === 0 ? 'start' : 'end'}
              className="data-tick"
            >
              {timeText(time, profile.hasDates)}
            </text>
          ))}
        </svg>
      )}
    </div>
  );
}

function Marked(props: {
  readonly profile: SeriesProfile;
  readonly start: number;
  readonly x: (step: number) => number;
  readonly floor: number;
}) {
  const { profile, start, x, floor } = props;
  const { window, wanted, predict } = profile;
  const box = (from: number, to: number) => ({
    x: x(from),
    width: Math.max(NARROWEST, x(to) - x(from)),
  });
  return (
    <>
      <rect className="known" {...box(start, start + window)} y={2} height={floor - FOOT - 3} />
      {(predict === 'next' || predict === 'horizon') && (
        <rect
          className="wanted"
          {...box(start + wanted.from, start + wanted.to + 1)}
          y={2}
          height={floor - FOOT - 3}
        />
      )}
    </>
  );
}

/** Gaps are gaps. */
function pathOf(
  { at, values }: ShownSeries['lines'][number],
  x: (step: number) => number,
  y: (value: number) => number,
): string {
  let isDown = false;
  return at
    .map((step, i) => {
      const value = values[i] ?? null;
      if (value === null) {
        isDown = false;
        return '';
      }
      const verb = isDown ? 'L' : 'M';
      isDown = true;
      return `${verb}${x(step).toFixed(1)} ${y(value).toFixed(1)}`;
    })
    .join('');
}

/** Dates as days; times of another kind as numbers. */
const timeText = (time: number, isDate: boolean): string =>
  isDate ? formatYears(time) : formatShort(time, 6);
