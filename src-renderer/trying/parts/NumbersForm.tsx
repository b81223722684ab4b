/** A field for each number of the input, where no table names them. */
import { useState } from 'react';
import { useStore } from 'zustand';
import type { TryExample } from '#engine/protocol/appContract.ts';
import { readTypedNumber } from '#engine/ir/typedNumber.ts';
import { formatNumber } from '#renderer/ui/format.ts';
import '#renderer/ui/field.css';
import '#renderer/ui/form.css';
import { trying } from '../services.ts';

export function NumbersForm({ names }: { readonly names: readonly string[] }) {
  const { input, ranges } = useStore(trying.store);
  const values = input?.kind === 'numbers' ? input.values : [];
  return (
    <div className="form try-cells">
      {names.map((name, i) => (
        <NumberCell
          key={name}
          name={name}
          value={values[i] ?? 0}
          range={ranges[i] ?? null}
          onChange={(value) =>
            trying.change({
              kind: 'numbers',
              values: names.map((_, at) => (at === i ? value : (values[at] ?? 0))),
            })
          }
        />
      ))}
    </div>
  );
}

/** Null of what is no number, and of what is two: `1,234`. */
function numberIn(text: string): number | null {
  const read = readTypedNumber(text);
  return read.kind === 'number' ? read.value : null;
}

function NumberCell(props: {
  readonly name: string;
  readonly value: number;
  readonly range: TryExample['ranges'][number];
  readonly onChange: (value: number) => void;
}) {
  const { name, value, range, onChange } = props;
  /** While it is no number yet: `-`, `1e`. */
  const [text, setText] = useState<string | null>(null);
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    if (text !== null && numberIn(text) !== value) setText(null);
  }
  const isOutside = range !== null && (value < range[0] || value > range[1]);
  const rangeText = range && `${formatNumber(range[0])} to ${formatNumber(range[1])}`;
  const typed = text ?? String(Number(value.toPrecision(6)));
  const isWrong = numberIn(typed) === null;
  return (
    <label className="form-row">
      <span className="form-label" title={name}>
        {name}
      </span>
      <div className="form-control">
        <div
          className={
            isWrong ? 'field small invalid' : isOutside ? 'field small outside' : 'field small'
          }
        >
          <input
            value={typed}
            inputMode="decimal"
            autoComplete="off"
            placeholder={rangeText ?? ''}
            title={rangeText ? `In training: ${rangeText}` : undefined}
            aria-invalid={isWrong}
            onChange={({ target }) => {
              setText(target.value);
              const number = numberIn(target.value);
              if (number !== null) onChange(number);
            }}
          />
          {isOutside && <span className="unit">outside</span>}
        </div>
      </div>
    </label>
  );
}
