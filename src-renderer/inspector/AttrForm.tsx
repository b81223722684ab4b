/** A form from an attribute schema: layers, optimisers and data sources alike. */
import { useState } from 'react';
import type { NodeAnalysis } from '#engine/check/analysis.ts';
import type {
  Attr,
  AttrSchema,
  AttrValues,
  JsonValue,
  RawAttrs,
  Step,
  StepsAttr,
} from '#engine/ir/attrs.ts';
import { own } from '#engine/ir/record.ts';
import { attrLabel } from '#engine/ir/readAttrs.ts';
import { Button } from '../ui/Button.tsx';
import type { ChangeKind } from '../ui/NumberField.tsx';
import { Tooltip } from '../ui/Tooltip.tsx';
import { AttrRow } from './AttrRow.tsx';
import { StepsField } from './StepsField.tsx';
import './AttrForm.css';

export interface AttrFormProps {
  readonly schema: AttrSchema;
  readonly values: AttrValues<AttrSchema>;
  /** As written in the document, before defaults. */
  readonly stored: RawAttrs;
  readonly onChange: (name: string, value: JsonValue, kind: ChangeKind, label: string) => void;
  /** A layer's node: shows sizes that follow from its wires. */
  readonly wired?: NodeAnalysis;
  readonly disabled?: boolean;
  /** What the run that trains has instead, by attribute. */
  readonly ran?: ReadonlyMap<string, string>;
}

function isShown({ kind, hidden }: Attr): boolean {
  return hidden !== true && kind !== 'source' && kind !== 'options' && kind !== 'fields';
}

/** Sizes nobody types, since the wire decides them; by the attribute that sets the other side. */
const INFERRED: Readonly<Record<string, { readonly label: string; readonly axis: 'last' | 1 }>> = {
  outFeatures: { label: 'In features', axis: 'last' },
  outChannels: { label: 'In channels', axis: 1 },
};

function inferredOf(node: NodeAnalysis | undefined): { label: string; text: string } | null {
  const widthAttr = node?.definition?.widthAttr;
  const rule = widthAttr === undefined ? undefined : own(INFERRED, widthAttr);
  const type = own(node?.inputs, node?.ports.in[0] ?? '');
  if (!node || !rule) return null;
  const size = rule.axis === 'last' ? type?.shape.at(-1) : type?.shape[rule.axis];
  return { label: rule.label, text: size === undefined ? '?' : String(size) };
}

/** Attributes that need not be folded. */
const FEW = 3;

export function AttrForm(props: AttrFormProps) {
  const { schema, values, stored, onChange } = props;
  const [advanced, setAdvanced] = useState(false);
  const shown = Object.entries(schema).filter(([, attr]) => isShown(attr));
  const folded = shown.filter(([, attr]) => attr.advanced === true);
  // One that was changed is in sight, however rarely it is.
  const changedIn = (list: typeof folded): boolean =>
    list.some(
      ([name, attr]) =>
        own(stored, name) !== undefined && !sameValue(own(values, name), attr.default),
    );
  // A button alone would say less than the few that it hides.
  const onlyFolded = folded.length === shown.length && folded.length <= FEW;
  const open = advanced || onlyFolded || changedIn(folded);
  const inferred = inferredOf(props.wired);
  return (
    <div className="form">
      {inferred && (
        <>
          <span className="form-label">{inferred.label}</span>
          <div className="field read-only">
            {inferred.text}
            <span className="unit">from wire</span>
          </div>
        </>
      )}
      {shown
        .filter(([, attr]) => attr.advanced !== true || open)
        .map(([name, attr]) =>
          attr.kind === 'steps' ? (
            <StepRows key={name} name={name} attr={attr} {...props} />
          ) : (
            <AttrRow
              key={name}
              name={name}
              attr={attr}
              label={attrLabel(name, attr)}
              value={own(values, name) ?? attr.default}
              changed={!sameValue(own(values, name) ?? attr.default, attr.default)}
              disabled={props.disabled === true}
              ran={props.ran?.get(name) ?? null}
              onChange={(value, kind) => onChange(name, value, kind, attrLabel(name, attr))}
            />
          ),
        )}
      {folded.length > 0 && !open && (
        <Button small variant="quiet" className="form-more" onClick={() => setAdvanced(true)}>
          {folded.length} more
        </Button>
      )}
    </div>
  );
}

/** Steps have forms of their own: a form in this one. */
function StepRows(props: AttrFormProps & { readonly name: string; readonly attr: StepsAttr }) {
  const { name, attr, values, stored, disabled = false, onChange } = props;
  const label = attrLabel(name, attr);
  // The schema's reader has made the value fit its kind; what is written may be no list.
  const value = (own(values, name) ?? attr.default) as readonly Step[];
  const written = own(stored, name);
  return (
    <>
      <Tooltip side="left" text={attr.help}>
        <span className="form-label steps-label">{label}</span>
      </Tooltip>
      <StepsField
        {...{ attr, label, value, disabled }}
        stored={
          Array.isArray(written) && written.length === value.length
            ? (written as readonly Step[])
            : value
        }
        onChange={(next, kind) => onChange(name, next, kind, label)}
        form={(step) => (
          <AttrForm
            schema={step.schema.attrs}
            // The schema's reader filled them in.
            values={step.step as AttrValues<AttrSchema>}
            stored={step.stored}
            disabled={disabled}
            onChange={step.onChange}
          />
        )}
      />
    </>
  );
}

export function sameValue(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
