/** What is done one after another: a row for each step, with its switch and, opened, the form of its attributes. */
import { useState, type ReactNode } from 'react';
import type { JsonValue, Step, StepsAttr } from '#engine/ir/attrs.ts';
import { own } from '#engine/ir/record.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Menu, type MenuEntry } from '../ui/Menu.tsx';
import type { ChangeKind } from '../ui/NumberField.tsx';
import { Switch } from '../ui/Switch.tsx';
import { movedStep, setStep, switchedStep, withoutStep, withStep } from './stepEdits.ts';
import './StepsField.css';

export interface StepFormProps {
  readonly schema: StepsAttr['steps'][string];
  /** With all its attributes. */
  readonly step: Step;
  /** As written. */
  readonly stored: Step;
  readonly onChange: (name: string, value: JsonValue, kind: ChangeKind) => void;
}

export function StepsField(props: {
  readonly attr: StepsAttr;
  readonly label: string;
  /** With all attributes of every step. */
  readonly value: readonly Step[];
  /** As written: what is changed. */
  readonly stored: readonly Step[];
  readonly disabled: boolean;
  readonly onChange: (value: readonly Step[], kind: ChangeKind) => void;
  readonly form: (props: StepFormProps) => ReactNode;
}) {
  const { attr, label, value, stored, disabled, onChange, form } = props;
  const [open, setOpen] = useState<number | null>(null);
  const done = (next: readonly Step[], shown: number | null = null): void => {
    setOpen(shown);
    onChange(next, 'done');
  };
  const additions = Object.entries(attr.steps).map(([name, schema]): MenuEntry => ({
    ...{ kind: 'item', id: name, title: schema.label },
    run: () => done(withStep(stored, name), stored.length),
  }));
  const actions = (at: number): readonly MenuEntry[] => [
    {
      ...{ kind: 'item', id: 'up', title: 'Move up', disabled: at === 0 },
      run: () => done(movedStep(stored, at, -1)),
    },
    {
      ...{ kind: 'item', id: 'down', title: 'Move down', disabled: at === stored.length - 1 },
      run: () => done(movedStep(stored, at, 1)),
    },
    {
      ...{ kind: 'item', id: 'remove', title: 'Remove', icon: 'trash' },
      run: () => done(withoutStep(stored, at)),
    },
  ];
  return (
    <div className="steps-field" role="group" aria-label={label}>
      {value.map((step, at) => {
        const schema = own(attr.steps, step.step);
        if (!schema) return null;
        const isOn = step['off'] !== true;
        const isOpen = open === at;
        return (
          <div key={at} className={isOn ? 'steps-step' : 'steps-step off'}>
            <div className="steps-head">
              <button
                type="button"
                className="steps-name"
                aria-expanded={isOpen}
                title={schema.help}
                onClick={() => setOpen(isOpen ? null : at)}
              >
                <Icon name={isOpen ? 'chevronDown' : 'chevronRight'} size={12} />
                <span>{schema.label}</span>
              </button>
              <Switch
                label={`${schema.label} on`}
                checked={isOn}
                disabled={disabled}
                onChange={(on) => done(switchedStep(stored, at, on), open)}
              />
              <Menu align="end" entries={() => actions(at)}>
                <IconButton
                  small
                  icon="more"
                  label={`More of ${schema.label}`}
                  disabled={disabled}
                />
              </Menu>
            </div>
            {isOpen &&
              form({
                ...{ schema, step, stored: stored[at] ?? step },
                onChange: (name, next, kind) =>
                  onChange(setStep(stored, at, { [name]: next }), kind),
              })}
          </div>
        );
      })}
      <Menu entries={additions}>
        <Button small variant="quiet" icon="plus" disabled={disabled}>
          Add step
        </Button>
      </Menu>
    </div>
  );
}
