/** Rows of a form from a settings schema: training, objectives, groups of parameters. */
import type { Attr, JsonValue } from '#engine/ir/attrs.ts';
import { own } from '#engine/ir/record.ts';
import { attrLabel } from '#engine/ir/readAttrs.ts';
import {
  type GroupSetting,
  type OptionalSetting,
  type Setting,
  type SettingSchema,
  whenOn,
} from '#engine/ir/settings.ts';
import type { ChangeKind } from '../ui/NumberField.tsx';
import { ranBelow } from '../state/useRunDifferences.ts';
import { AttrRow } from './AttrRow.tsx';
import { sameValue } from './AttrForm.tsx';
import { MetricRow } from './MetricRow.tsx';
import { SweepScope } from './SweepThis.tsx';

const NONE: ReadonlyMap<string, string> = new Map();

/** `label` names the setting that was changed, for the undo step. */
type OnChange = (value: JsonValue, kind: ChangeKind, label: string) => void;

interface Values {
  readonly [name: string]: unknown;
}

export function SettingRows(props: {
  readonly schema: SettingSchema;
  readonly values: object;
  readonly disabled: boolean;
  /** What the run on show had of those that differ, by their path. */
  readonly ran?: ReadonlyMap<string, string>;
  readonly onChange: (name: string, value: JsonValue, kind: ChangeKind, label: string) => void;
}) {
  const { schema, disabled, onChange, ran = NONE } = props;
  const values = props.values as Values;
  const shown = Object.entries(schema).filter(
    ([, { onlyIf }]) => !onlyIf || own(values, onlyIf.setting) !== onlyIf.isNot,
  );
  return shown.map(([name, setting]) => (
    <SettingRow
      key={name}
      name={name}
      setting={setting}
      value={own(values, name)}
      disabled={disabled}
      ran={ran}
      onChange={(value, kind, label) => onChange(name, value, kind, label)}
    />
  ));
}

interface RowProps {
  readonly name: string;
  readonly value: unknown;
  readonly disabled: boolean;
  readonly ran: ReadonlyMap<string, string>;
  readonly onChange: OnChange;
}

function SettingRow({ setting, ...row }: RowProps & { readonly setting: Setting }) {
  if (setting.hidden === true) return null;
  switch (setting.kind) {
    case 'group':
      return <GroupRows {...row} setting={setting} />;
    case 'optional':
      return <OptionalRows {...row} setting={setting} />;
    case 'metric':
      return <MetricRow {...row} setting={setting} />;
    // What names nodes and lists are drawn beside the objectives.
    case 'list':
    case 'nodes':
    case 'someNodes':
    case 'factors':
    case 'component':
    case 'name':
      return null;
    default:
      return <LeafRow {...row} attr={setting} />;
  }
}

function LeafRow({
  name,
  value,
  disabled,
  ran,
  onChange,
  attr,
}: RowProps & { readonly attr: Attr }) {
  const label = attrLabel(name, attr);
  return (
    <AttrRow
      name={name}
      attr={attr}
      label={label}
      value={value as Attr['default']}
      changed={!sameValue(value, attr.default)}
      disabled={disabled}
      ran={ran.get(name) ?? null}
      onChange={(next, kind) => onChange(next, kind, label)}
    />
  );
}

function GroupRows({
  name,
  value,
  disabled,
  ran,
  onChange,
  setting,
}: RowProps & { readonly setting: GroupSetting }) {
  return (
    <SweepScope below={`${name}.`}>
      <SettingRows
        schema={setting.settings}
        values={value as Values}
        disabled={disabled}
        ran={ranBelow(ran, `${name}.`)}
        onChange={(key, next, kind, label) =>
          onChange({ ...(value as Record<string, JsonValue>), [key]: next }, kind, label)
        }
      />
    </SweepScope>
  );
}

/** A switch, and what there is to set once it is on. */
function OptionalRows(props: RowProps & { readonly setting: OptionalSetting }) {
  const { setting, value, disabled, ran, onChange, name } = props;
  const { of } = setting;
  const label = attrLabel(name, setting);
  const on = value !== null && value !== undefined;
  return (
    <>
      <LeafRow
        name={name}
        attr={{ kind: 'bool', default: false, label, help: setting.help }}
        value={on}
        disabled={disabled}
        ran={on && of.kind !== 'group' ? NONE : ran}
        onChange={(next, kind) => onChange(next === true ? whenOn(setting) : null, kind, label)}
      />
      {on &&
        (of.kind === 'group' ? (
          <GroupRows {...props} setting={of} />
        ) : (
          <LeafRow {...props} attr={of} />
        ))}
    </>
  );
}
