/** Rows of a form: a label with its explanation, and a control. */
import type { ReactNode } from 'react';
import { NumberField, useScrub, type ChangeKind, type NumberSpec } from '../ui/NumberField.tsx';
import { Tooltip } from '../ui/Tooltip.tsx';
import { SweepThis, useSweptField } from './SweepThis.tsx';
import '../ui/form.css';

export function Row(props: {
  readonly label: string;
  readonly help: string;
  /** Its name in the document, where it can be swept (SweepThis.tsx). */
  readonly swept?: string;
  readonly children: ReactNode;
}) {
  const { label, swept } = props;
  const field = useSweptField(swept ?? '');
  return (
    <>
      <Tooltip side="left" text={props.help}>
        <span className="form-label">{label}</span>
      </Tooltip>
      <div className="form-control" {...(swept === undefined ? {} : field)}>
        {swept !== undefined && <SweepThis name={swept} label={label} />}
        {props.children}
      </div>
    </>
  );
}

export function NumberRow(
  props: NumberSpec & {
    readonly label: string;
    readonly help: string;
    readonly value: number;
    readonly unit?: string;
    readonly disabled: boolean;
    readonly onChange: (value: number, kind: ChangeKind) => void;
  },
) {
  const { label, help, value, onChange, unit, disabled, ...spec } = props;
  const scrub = useScrub(spec, value, onChange);
  return (
    <>
      <Tooltip side="left" text={help}>
        <span className="form-label scrubbable" {...(disabled ? {} : scrub)}>
          {label}
        </span>
      </Tooltip>
      <div className="form-control">
        <NumberField
          {...spec}
          label={label}
          value={value}
          disabled={disabled}
          onChange={onChange}
          {...(unit === undefined ? {} : { unit })}
        />
      </div>
    </>
  );
}
