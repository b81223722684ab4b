/**
 * The same rows twice: as they stand in the file, and as numbers on their way to the network. Both halves scroll
 * together. Cells are tinted by how large they are among the shown ones of their column.
 */
import { memo, useMemo, useRef } from 'react';
import type { PreviewRow, TablePreview } from '#engine/protocol/tablePreview.ts';
import type { Problem } from '#engine/ir/problem.ts';
import { useStore } from 'zustand';
import { Segments } from '#renderer/ui/Segments.tsx';
import { formatFixed, formatInteger, formatNumber } from '#renderer/ui/format.ts';

import { dataViewStore } from '../dataViewStore.ts';

/** Columns of a half; of more, the first ones. */
const MOST_SHOWN = 160;
/** Of the strongest tint. */
const MOST_TINT = 55;

const PART_WORDS: Readonly<Record<NonNullable<PreviewRow['part']>, string>> = {
  train: 'train',
  validation: 'val',
  test: 'test',
};

export const RowsPreview = memo(function RowsPreview(props: {
  readonly preview: TablePreview | null;
  readonly problem: Problem | null;
}) {
  const { preview, problem } = props;
  const panes = useRef<(HTMLDivElement | null)[]>([null, null]);
  const together = (from: number): void => {
    const [a, b] = from === 0 ? panes.current : panes.current.toReversed();
    if (a && b && b.scrollTop !== a.scrollTop) b.scrollTop = a.scrollTop;
  };
  const isScaled = useStore(dataViewStore, (view) => view.isScaled);
  const shown = useMemo(() => preview && scaledRows(preview, isScaled), [preview, isScaled]);
  if (!preview || !shown) {
    return (
      <div className="data-rows">
        {problem && (
          <p className="data-rows-problem danger" role="alert">
            {problem.message} {problem.explanation}
          </p>
        )}
      </div>
    );
  }
  return (
    <div className="data-rows">
      <section aria-label="As in the file">
        <h2 className="data-list-head">
          As in the file <small>{formatInteger(preview.rows.length)} rows, spread over it</small>
        </h2>
        <div
          className="data-pane"
          ref={(pane) => void (panes.current[0] = pane)}
          onScroll={() => together(0)}
          tabIndex={0}
          role="region"
          aria-label="Rows as in the file"
        >
          <InFile preview={preview} />
        </div>
      </section>
      <section aria-label="As the network gets it">
        <h2 className="data-list-head">
          As the network gets it <small className="mono">N×{preview.slots.length} float32</small>
          <span className="grow" />
          {preview.normalisation && (
            <Segments
              label="Which numbers are shown"
              value={isScaled ? 'scaled' : 'prepared'}
              options={[
                { value: 'prepared', label: 'Prepared' },
                { value: 'scaled', label: 'Normalised' },
              ]}
              onChange={(next) => dataViewStore.setState({ isScaled: next === 'scaled' })}
            />
          )}
          <span className="data-tint-key">
            low
            <i />
            high
          </span>
        </h2>
        <div
          className="data-pane"
          ref={(pane) => void (panes.current[1] = pane)}
          onScroll={() => together(1)}
          tabIndex={0}
          role="region"
          aria-label="Rows as the network gets them"
        >
          <ToNetwork preview={shown} />
        </div>
      </section>
    </div>
  );
});

/** The same rows, as the Data node scales them. */
function scaledRows(preview: TablePreview, isScaled: boolean): TablePreview {
  const { normalisation, rows } = preview;
  if (!isScaled || !normalisation) return preview;
  const { shift, scale } = normalisation;
  return {
    ...preview,
    rows: rows.map((row) => ({
      ...row,
      values:
        row.values && row.values.map((value, i) => (value - (shift[i] ?? 0)) * (scale[i] ?? 1)),
    })),
  };
}

function InFile({ preview: { columns, rows } }: { readonly preview: TablePreview }) {
  const shown = columns
    .map((column, index) => ({ ...column, index }))
    .filter(({ role }) => role !== 'ignored' && role !== 'leftOut' && role !== 'target')
    .slice(0, MOST_SHOWN);
  return (
    <table className="data-cells">
      <thead>
        <tr>
          <th className="num">Row</th>
          {shown.map(({ name, index, kind }) => (
            <th key={index} className={kind === 'number' ? 'num' : undefined} title={name}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ row, cells, filled }) => (
          <tr key={row}>
            <td className="num t3">{formatInteger(row + 1)}</td>
            {shown.map(({ index, kind }) => {
              const cell = cells[index] ?? '';
              const isEmpty = cell === '' || filled.includes(index);
              return (
                <td key={index} className={kind === 'number' ? 'num' : undefined} title={cell}>
                  {isEmpty ? <span className="warn">empty</span> : cell}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function ToNetwork({ preview }: { readonly preview: TablePreview }) {
  const { columns, slots, rows } = preview;
  const shown = slots.slice(0, MOST_SHOWN);
  const targets = columns
    .flatMap(({ name, role }, index) => (role === 'target' ? [{ name, index }] : []))
    .slice(0, MOST_SHOWN);
  const scales = useMemo(() => shown.map((_, at) => scaleOf(rows, at)), [shown, rows]);
  const places = useMemo(() => new Map(columns.map(({ name }, index) => [name, index])), [columns]);
  return (
    <table className="data-cells numbers">
      <thead>
        <tr>
          <th>Split</th>
          {shown.map(({ name, columns: of }, at) => (
            <th
              key={name}
              className={of.join() === shown[at - 1]?.columns.join() ? 'num' : 'num first'}
              title={name}
            >
              {shortName(name)}
            </th>
          ))}
          {targets.map(({ name, index }, i) => (
            <th key={index} className={i === 0 ? 'num first' : 'num'} title={`${name}, wanted`}>
              {targets.length === 1 ? 'y' : `y: ${name}`}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ row, part, leftOut, values, filled, cells }) => (
          <tr key={row} className={values ? undefined : 'out'}>
            <td className="part" title={leftOut}>
              {part === null ? 'left out' : PART_WORDS[part]}
            </td>
            {values
              ? shown.map(({ name, columns: of }, at) => {
                  const value = values[at] ?? Number.NaN;
                  const scale = scales[at];
                  const isFilled = of.some((each) => filled.includes(places.get(each) ?? -1));
                  return (
                    <td
                      key={name}
                      className={cellClass(
                        value,
                        isFilled,
                        of.join() !== shown[at - 1]?.columns.join(),
                      )}
                      style={scale && value !== 0 ? { background: tint(value, scale) } : undefined}
                    >
                      {cellText(value, scale?.decimals ?? 2)}
                    </td>
                  );
                })
              : shown.length > 0 && (
                  <td colSpan={shown.length} className="why">
                    {leftOut}
                  </td>
                )}
            {targets.map(({ index }, i) => (
              <td key={index} className={i === 0 ? 'v first' : 'v'}>
                {cells[index]}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Of one-hot columns their word: which column it is says the one before, and the title. */
const shortName = (name: string): string => {
  const at = name.indexOf('=');
  return at < 0 ? name : name.slice(at + 1);
};

const cellClass = (value: number, isFilled: boolean, isFirst: boolean): string =>
  `v${isFirst ? ' first' : ''}${isFilled ? ' filled' : value === 0 ? ' zero' : ''}`;

interface Scale {
  readonly most: number;
  readonly middle: number;
  readonly decimals: number;
}

/** About zero where the column has both signs or is of 0 and 1; else about the middle of what is shown. */
function scaleOf(rows: readonly PreviewRow[], at: number): Scale {
  const values = rows.flatMap(({ values: all }) => {
    const value = all?.[at];
    return value === undefined || !Number.isFinite(value) ? [] : [value];
  });
  const low = Math.min(...values, 0);
  const high = Math.max(...values, 0);
  const least = Math.min(...values);
  const isSigned = low < 0 || least === 0;
  const middle = isSigned || values.length === 0 ? 0 : (least + high) / 2;
  const most = Math.max(high - middle, middle - (isSigned ? low : least), 1e-12);
  const isWhole = values.every((value) => Number.isInteger(value));
  return { most, middle, decimals: isWhole ? 0 : 2 };
}

function tint(value: number, { most, middle }: Scale): string {
  const share = Math.min(1, Math.abs(value - middle) / most);
  const ramp = value < middle ? 'var(--div-neg)' : 'var(--div-pos)';
  return `color-mix(in srgb, ${ramp} ${Math.round(share * MOST_TINT)}%, transparent)`;
}

const cellText = (value: number, decimals: number): string =>
  Math.abs(value) >= 10_000 ? formatNumber(value, 4) : formatFixed(value, decimals);
