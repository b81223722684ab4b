/** A metric out of those that this network has, or the program's own choice. */
import { monitorKeys, monitorOf } from '#engine/check/monitor.ts';
import type { JsonValue } from '#engine/ir/attrs.ts';
import { attrLabel } from '#engine/ir/readAttrs.ts';
import type { MetricSetting } from '#engine/ir/settings.ts';
import { metricName } from '#engine/metrics/names.ts';
import { useDocument } from '../state/documentSession.ts';
import type { ChangeKind } from '../ui/NumberField.tsx';
import { Select } from '../ui/Select.tsx';
import { Row } from './Rows.tsx';

/** Select has no empty value. */
const AUTOMATIC = 'automatic';

export function MetricRow(props: {
  readonly name: string;
  readonly setting: MetricSetting;
  readonly value: unknown;
  readonly disabled: boolean;
  readonly onChange: (value: JsonValue, kind: ChangeKind, label: string) => void;
}) {
  const { setting, disabled, onChange } = props;
  const analysis = useDocument((state) => state.analysis);
  const keys = monitorKeys(analysis.heads);
  const chosen = typeof props.value === 'string' ? props.value : null;
  const known = chosen === null || keys.includes(chosen) ? keys : [...keys, chosen];
  const usual = monitorOf({ monitor: null }, analysis);
  const label = attrLabel(props.name, setting);
  return (
    <Row label={label} help={setting.help}>
      <Select
        label={label}
        value={chosen ?? AUTOMATIC}
        disabled={disabled}
        options={[
          { value: AUTOMATIC, label: `Automatic: ${usual ? metricName(usual.key).label : 'none'}` },
          ...known.map((key) => ({ value: key, label: metricName(key).label })),
        ]}
        onChange={(key) => onChange(key === AUTOMATIC ? null : key, 'done', label)}
      />
    </Row>
  );
}
