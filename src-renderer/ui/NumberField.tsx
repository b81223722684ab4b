/**
 * A number: type it, drag its label, arrow keys (Shift ten times, Alt a tenth), double-click the label
 * for the default. Once taken over it is written as everywhere else (`1e-2` becomes `0.01`).
 */
import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { ambiguousText, readTypedNumber, settledNumber } from '#engine/ir/typedNumber.ts';
import { writeRate } from './format.ts';
import './field.css';

export interface NumberSpec {
  readonly integer: boolean;
  readonly min?: number;
  readonly max?: number;
  /** Larger than this. */
  readonly above?: number;
  /** Steps multiply instead of add. */
  readonly logarithmic?: boolean;
  /** What zero is called where it stands for a choice: `Automatic`. */
  readonly zero?: string;
}

/** How a change came about; a run of `live` changes is one undo step, ended by `done`. */
export type ChangeKind = 'live' | 'done';

/** Decimals that survive adding small steps: 0.1 + 0.2 is 0.3 to whoever edits it. */
function tidy(value: number): number {
  return Number(value.toPrecision(10));
}

export function clampNumber(value: number, spec: NumberSpec): number {
  const rounded = spec.integer ? Math.round(value) : tidy(value);
  return Math.min(spec.max ?? Infinity, Math.max(spec.min ?? -Infinity, rounded));
}

/** One step of arrow key or drag from `value`. `scale` is 1, 10 (Shift) or 0.1 (Alt). */
export function stepNumber(value: number, steps: number, scale: number, spec: NumberSpec): number {
  if (spec.integer) return clampNumber(value + steps * Math.max(1, scale), spec);
  if (spec.logarithmic === true && value > 0) {
    return clampNumber(value * 10 ** ((steps * scale) / 10), spec);
  }
  const size = Math.abs(value);
  const unit = size >= 10 ? 1 : size >= 1 ? 0.1 : 0.01;
  const next = clampNumber(value + steps * scale * unit, spec);
  return next <= (spec.above ?? -Infinity) ? value : next;
}

export type Parsed =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly message: string };

/** As fields show it. */
export function writeNumber(value: number, { zero }: Pick<NumberSpec, 'zero'>): string {
  return value === 0 && zero !== undefined ? zero : writeRate(value);
}

export function parseNumber(text: string, spec: NumberSpec): Parsed {
  if (spec.zero !== undefined && text.trim().toLowerCase() === spec.zero.toLowerCase()) {
    return { ok: true, value: 0 };
  }
  const fits = (value: number): boolean => misfit(value, spec) === null;
  const read = settledNumber(readTypedNumber(text), fits);
  if (read.kind === 'none') return { ok: false, message: 'a number' };
  if (read.kind === 'ambiguous') return { ok: false, message: `${ambiguousText(read)}?` };
  const message = misfit(read.value, spec);
  return message === null ? { ok: true, value: read.value } : { ok: false, message };
}

/** What a number must be that is not; null where it may be. */
function misfit(value: number, spec: NumberSpec): string | null {
  if (spec.integer && !Number.isInteger(value)) return 'whole number';
  if (spec.min !== undefined && value < spec.min) return `${spec.min} or more`;
  if (spec.above !== undefined && value <= spec.above) return `above ${spec.above}`;
  if (spec.max !== undefined && value > spec.max) return `${spec.max} or less`;
  return null;
}

function scaleOf(event: { readonly shiftKey: boolean; readonly altKey: boolean }): number {
  return event.shiftKey ? 10 : event.altKey ? 0.1 : 1;
}

export interface NumberFieldProps extends NumberSpec {
  readonly value: number;
  readonly onChange: (value: number, kind: ChangeKind) => void;
  readonly label: string;
  readonly unit?: string;
  readonly small?: boolean;
  readonly id?: string;
  readonly disabled?: boolean;
}

export function NumberField(props: NumberFieldProps) {
  const { value, onChange, label, unit, small = false, id, disabled } = props;
  const written = writeNumber(value, props);
  const [text, setText] = useState(written);
  const [typed, setTyped] = useState(value);
  // A change from elsewhere (undo, a fix, a drag) replaces what was typed.
  if (typed !== value) {
    setTyped(value);
    setText(written);
  }
  const parsed = parseNumber(text, props);

  const commit = (): void => {
    // What cannot be read stays, with what is wrong beside it, until it is mended or Escape takes it back.
    if (!parsed.ok) return;
    setTyped(parsed.value);
    setText(writeNumber(parsed.value, props));
    if (parsed.value !== value) onChange(parsed.value, 'done');
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === 'Enter') {
      commit();
      event.currentTarget.select();
    } else if (event.key === 'Escape') {
      setText(written);
      event.currentTarget.blur();
    } else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      event.preventDefault();
      const from = parsed.ok ? parsed.value : value;
      const next = stepNumber(from, event.key === 'ArrowUp' ? 1 : -1, scaleOf(event), props);
      if (next !== value) onChange(next, 'live');
    }
  };
  return (
    <div className={`field${small ? ' small' : ''}${parsed.ok ? '' : ' invalid'}`}>
      <input
        id={id}
        type="text"
        inputMode={props.integer ? 'numeric' : 'decimal'}
        role="spinbutton"
        aria-label={label}
        aria-valuenow={value}
        aria-valuetext={written}
        aria-valuemin={props.min}
        aria-valuemax={props.max}
        aria-invalid={!parsed.ok}
        autoComplete="off"
        spellCheck={false}
        disabled={disabled}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onFocus={(event) => event.target.select()}
        onBlur={commit}
        onKeyDown={onKeyDown}
        onKeyUp={(event) => {
          if (event.key === 'ArrowUp' || event.key === 'ArrowDown') onChange(value, 'done');
        }}
      />
      {parsed.ok ? (
        unit !== undefined && <span className="unit">{unit}</span>
      ) : (
        <span className="unit">{parsed.message}</span>
      )}
    </div>
  );
}

const PX_PER_STEP = 4;

/** Makes a label scrub its number sideways. Spread the result over the label. */
export function useScrub(
  spec: NumberSpec,
  value: number,
  onChange: (value: number, kind: ChangeKind) => void,
  reset?: () => void,
) {
  const start = useRef<{ x: number; value: number; moved: boolean } | null>(null);
  useEffect(() => () => void (start.current = null), []);
  return {
    onPointerDown(event: PointerEvent<HTMLElement>): void {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      start.current = { x: event.clientX, value, moved: false };
    },
    onPointerMove(event: PointerEvent<HTMLElement>): void {
      const from = start.current;
      if (!from) return;
      const steps = Math.trunc((event.clientX - from.x) / PX_PER_STEP);
      if (steps === 0 && !from.moved) return;
      from.moved = true;
      const next = stepNumber(from.value, steps, scaleOf(event), spec);
      if (next !== value) onChange(next, 'live');
    },
    onPointerUp(): void {
      if (start.current?.moved === true) onChange(value, 'done');
      start.current = null;
    },
    onDoubleClick(): void {
      reset?.();
    },
  };
}
