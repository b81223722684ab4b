/** A field for each column that the run learned from: words to choose, numbers with what they were in training. */
import { useId } from 'react';
import { useStore } from 'zustand';
import type { TryColumn, TryExample } from '#engine/protocol/appContract.ts';
import { own } from '#engine/ir/record.ts';
import { readTypedNumber } from '#engine/ir/typedNumber.ts';
import { formatNumber } from '#renderer/ui/format.ts';
import { Select } from '#renderer/ui/Select.tsx';
import '#renderer/ui/field.css';
import '#renderer/ui/form.css';
import { trying } from '../services.ts';

/** Longer lists are typed. */
const MOST_CHOICES = 200;
const EMPTY = '\u0000';

export function RowForm({ columns }: { readonly columns: readonly TryColumn[] }) {
  const { input, ranges, problem } = useStore(trying.store);
  const cells = input?.kind === 'row' ? input.cells : {};
  const change = (name: string, value: string): void =>
    trying.change({
      kind: 'row',
      cells: {
        ...Object.fromEntries(columns.map((each) => [each.name, ''])),
        ...cells,
        [name]: value,
      },
    });
  return (
    <div className="form try-cells">
      {columns.map((column, i) => (
        <Cell
          key={column.name}
          column={column}
          range={column.range ?? ranges[i] ?? null}
          value={own(cells, column.name) ?? ''}
          isWrong={problem?.path === column.name}
          onChange={(value) => change(column.name, value)}
        />
      ))}
    </div>
  );
}

function Cell(props: {
  readonly column: TryColumn;
  readonly range: TryExample['ranges'][number];
  readonly value: string;
  readonly isWrong: boolean;
  readonly onChange: (value: string) => void;
}) {
  const { column, range, value, isWrong, onChange } = props;
  const id = useId();
  const { name, kind, words } = column;
  const read = readTypedNumber(kind === 'number' ? value : '');
  const isOutside =
    range !== null && read.kind === 'number' && (read.value < range[0] || read.value > range[1]);
  const rangeText = range && `${formatNumber(range[0])} to ${formatNumber(range[1])}`;
  return (
    <div className="form-row">
      <label className="form-label" htmlFor={id} title={name}>
        {name}
      </label>
      <div className="form-control">
        {words && words.length <= MOST_CHOICES ? (
          <Select
            small
            id={id}
            label={name}
            value={value === '' ? EMPTY : value}
            options={[
              ...(words.includes(value) || value === '' ? [] : [{ value, label: value }]),
              ...words.map((word) => ({ value: word, label: word })),
              { value: EMPTY, label: '(empty)' },
            ]}
            onChange={(next) => onChange(next === EMPTY ? '' : next)}
          />
        ) : (
          <div
            className={
              isWrong ? 'field small invalid' : isOutside ? 'field small outside' : 'field small'
            }
          >
            <input
              id={id}
              value={value}
              inputMode={kind === 'number' ? 'decimal' : 'text'}
              autoComplete="off"
              spellCheck={false}
              placeholder={rangeText ?? (kind === 'date' ? '2024-01-31' : 'empty')}
              title={rangeText ? `In training: ${rangeText}` : undefined}
              aria-invalid={isWrong}
              onChange={({ target }) => onChange(target.value)}
            />
            {isOutside && (
              <span className="unit" title={`In training: ${rangeText ?? ''}`}>
                outside
              </span>
            )}
          </div>
        )}
      </div>
    </div>
  );
}
