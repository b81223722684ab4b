/** One attribute: its label with help, its control by kind, and a mark when it is not the default. */
import { useId, useState, type ComponentType } from 'react';
import type { Attr, AttrKind, JsonValue } from '#engine/ir/attrs.ts';
import { namesFromText, namesText, numbersFromText } from '#engine/ir/attrText.ts';
import { choiceOptions, numberSpec } from '../ui/attrControls.ts';
import { IconButton } from '../ui/Button.tsx';
import { NumberField, useScrub, type ChangeKind, type NumberSpec } from '../ui/NumberField.tsx';
import { Select } from '../ui/Select.tsx';
import { Switch } from '../ui/Switch.tsx';
import { TextField } from '../ui/TextField.tsx';
import { Tooltip } from '../ui/Tooltip.tsx';
import { SweepThis, useSweptField } from './SweepThis.tsx';
import '../ui/form.css';

type AttrOf<K extends AttrKind> = Extract<Attr, { readonly kind: K }>;

interface ControlProps<K extends AttrKind> {
  readonly attr: AttrOf<K>;
  readonly value: AttrOf<K>['default'];
  readonly onChange: (value: JsonValue, kind: ChangeKind) => void;
  readonly label: string;
  readonly id: string;
  readonly disabled: boolean;
}

/** Kinds with a control beside their label. Steps have rows of their own, the others belong to the data section. */
type FormKind = Exclude<AttrKind, 'source' | 'options' | 'fields' | 'steps'>;

/** Whole numbers and others share a control. */
type NumberControlProps = Pick<
  ControlProps<'number'>,
  'value' | 'onChange' | 'label' | 'id' | 'disabled'
> & { readonly attr: AttrOf<'int' | 'number'> };

function NumberControl({ attr, value, onChange, label, id, disabled }: NumberControlProps) {
  return (
    <NumberField
      {...numberSpec(attr)}
      id={id}
      label={label}
      value={value}
      disabled={disabled}
      onChange={onChange}
      {...(attr.unit === undefined ? {} : { unit: attr.unit })}
    />
  );
}

/** Both sides together while they are equal, unless unlinked. */
function PairControl({ attr, value, onChange, label, disabled }: ControlProps<'pair'>) {
  const [height, width] = value;
  const [linked, setLinked] = useState(height === width);
  const spec = { integer: true, ...(attr.min === undefined ? {} : { min: attr.min }) };
  return (
    <div className="pair">
      <NumberField
        {...spec}
        label={`${label}, height`}
        value={height}
        disabled={disabled}
        onChange={(next, kind) => onChange([next, linked ? next : width], kind)}
      />
      <IconButton
        icon={linked ? 'link' : 'unlink'}
        iconSize={12}
        label={linked ? 'Height and width apart' : 'Height and width together'}
        pressed={linked}
        onClick={() => {
          if (!linked && height !== width) onChange([height, height], 'done');
          setLinked(!linked);
        }}
      />
      <NumberField
        {...spec}
        label={`${label}, width`}
        value={width}
        disabled={disabled}
        onChange={(next, kind) => onChange([linked ? next : height, next], kind)}
      />
    </div>
  );
}

function BoolControl({ value, onChange, label, id, disabled }: ControlProps<'bool'>) {
  return (
    <Switch
      id={id}
      label={label}
      checked={value}
      disabled={disabled}
      onChange={(next) => onChange(next, 'done')}
    />
  );
}

function ChoiceControl({ attr, value, onChange, label, id, disabled }: ControlProps<'choice'>) {
  return (
    <Select
      id={id}
      label={label}
      value={value}
      disabled={disabled}
      options={choiceOptions(attr)}
      onChange={(next) => onChange(next, 'done')}
    />
  );
}

function parseShape(text: string): number[] | null {
  const parts = text
    .split(/[\s,×x]+/)
    .filter(Boolean)
    .map(Number);
  return parts.every((part) => Number.isInteger(part) && part >= -1) ? parts : null;
}

function ShapeControl({ value, onChange, label, id, disabled }: ControlProps<'shape'>) {
  return (
    <TextField
      id={id}
      mono
      label={label}
      disabled={disabled}
      value={value.join(' × ')}
      placeholder="64 × 7 × 7"
      validate={(text) => (parseShape(text) ? null : 'whole numbers')}
      onCommit={(text) => {
        const sizes = parseShape(text);
        if (sizes) onChange(sizes, 'done');
      }}
    />
  );
}

function NumbersControl({ value, onChange, label, id, disabled }: ControlProps<'numbers'>) {
  return (
    <TextField
      id={id}
      mono
      label={label}
      disabled={disabled}
      value={value.join(', ')}
      placeholder="1, 0.5, 4"
      validate={(text) => (numbersFromText(text) ? null : 'numbers')}
      onCommit={(text) => {
        const numbers = numbersFromText(text);
        if (numbers) onChange(numbers, 'done');
      }}
    />
  );
}

function TextControl({ attr, value, onChange, label, id, disabled }: ControlProps<'text'>) {
  if (attr.multiline === true) {
    return (
      <textarea
        id={id}
        className="textarea"
        aria-label={label}
        disabled={disabled}
        defaultValue={value}
        onBlur={(event) => onChange(event.target.value, 'done')}
      />
    );
  }
  return (
    <TextField
      id={id}
      label={label}
      value={value}
      disabled={disabled}
      onCommit={(text) => onChange(text, 'done')}
    />
  );
}

function NamesControl({ value, onChange, label, id, disabled }: ControlProps<'names'>) {
  return (
    <TextField
      id={id}
      label={label}
      value={namesText(value)}
      disabled={disabled}
      placeholder="one, another"
      onCommit={(text) => onChange(namesFromText(text), 'done')}
    />
  );
}

/** Total over the kinds a form shows: a new kind does not compile until it has its control. */
const CONTROLS: { readonly [K in FormKind]: ComponentType<ControlProps<K>> } = {
  int: NumberControl,
  number: NumberControl,
  bool: BoolControl,
  choice: ChoiceControl,
  pair: PairControl,
  shape: ShapeControl,
  numbers: NumbersControl,
  text: TextControl,
  names: NamesControl,
};

export interface AttrRowProps {
  readonly name: string;
  readonly attr: Attr;
  readonly label: string;
  readonly value: Attr['default'];
  readonly changed: boolean;
  readonly disabled: boolean;
  /** What the run on show was started with instead. */
  readonly ran: string | null;
  readonly onChange: (value: JsonValue, kind: ChangeKind) => void;
}

function isFormKind(kind: AttrKind): kind is FormKind {
  return kind in CONTROLS;
}

const isText = (kind: AttrKind): boolean =>
  kind === 'text' || kind === 'shape' || kind === 'numbers' || kind === 'names';

export function AttrRow(props: AttrRowProps) {
  const { name, attr, label, value, changed, disabled, ran, onChange } = props;
  const id = useId();
  // As JSON has it: the schema's reader made it from there.
  const swept = { attr, value: value as JsonValue };
  const field = useSweptField(name, swept);
  if (!isFormKind(attr.kind)) return null;
  // The value belongs to this attribute: the schema's reader has made it fit its kind.
  const Control = CONTROLS[attr.kind] as ComponentType<ControlProps<AttrKind>>;
  const reset = (): void => onChange(attr.default as JsonValue, 'done');
  return (
    <>
      <Tooltip side="left" text={attr.help}>
        {attr.kind === 'int' || attr.kind === 'number' ? (
          <ScrubLabel
            htmlFor={id}
            text={label}
            spec={numberSpec(attr)}
            value={value as number}
            disabled={disabled}
            onChange={onChange}
            reset={reset}
          />
        ) : (
          <label className="form-label" htmlFor={id} onDoubleClick={disabled ? undefined : reset}>
            {label}
          </label>
        )}
      </Tooltip>
      <div className={changed ? 'form-control changed' : 'form-control'} {...field}>
        {!isText(attr.kind) && <SweepThis name={name} label={label} field={swept} />}
        <Control
          attr={attr}
          value={value}
          label={label}
          id={id}
          disabled={disabled}
          onChange={onChange}
        />
        <RanWith value={ran} />
      </div>
    </>
  );
}

/** The run on show has what it was started with, whatever is set now. */
export function RanWith({ value }: { readonly value: string | null | undefined }) {
  return (
    value != null && (
      <small className="ran-with" title={`The run on show was started with ${value}`}>
        run: {value}
      </small>
    )
  );
}

function ScrubLabel(props: {
  readonly htmlFor: string;
  readonly text: string;
  readonly spec: NumberSpec;
  readonly value: number;
  readonly disabled: boolean;
  readonly onChange: (value: number, kind: ChangeKind) => void;
  readonly reset: () => void;
}) {
  const { htmlFor, text, spec, value, disabled, onChange, reset, ...trigger } = props;
  const scrub = useScrub(spec, value, onChange, reset);
  return (
    <label
      {...trigger}
      htmlFor={htmlFor}
      className="form-label scrubbable"
      {...(disabled ? {} : scrub)}
    >
      {text}
    </label>
  );
}
