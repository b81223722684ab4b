/** A number of the settings that the queue keeps to; empty: none is set. */
import { useEffect, useState, type ReactNode } from 'react';
import { toast } from 'sonner';
import { errorMessage } from '#engine/ir/errors.ts';
import type { Settings } from '#engine/protocol/appContract.ts';
import { bridge } from '../bridge/index.ts';

export function QueueLimit(props: {
  readonly setting: keyof Pick<Settings, 'diskLimitGib' | 'trainAtOnce'>;
  readonly label: string;
  readonly unit: string;
  /** Shown where none is set. */
  readonly none: string;
  readonly help: string;
  readonly children?: ReactNode;
}) {
  const { setting, label, unit, none, help, children } = props;
  const [limit, setLimit] = useState('');
  useEffect(() => {
    bridge.call('settings.get', null).then(
      ({ [setting]: set }) => setLimit(set === 0 ? '' : String(set)),
      () => undefined,
    );
  }, [setting]);
  const save = (): void => {
    const set = limit.trim() === '' ? 0 : Number(limit);
    if (!Number.isFinite(set) || set < 0) return;
    bridge.call('settings.set', { [setting]: set }).catch((error: unknown) => {
      toast.error(errorMessage(error));
    });
  };
  return (
    <label className="queue-limit" title={help}>
      {label}
      <input
        type="number"
        min={0}
        step={setting === 'trainAtOnce' ? 1 : 'any'}
        value={limit}
        placeholder={none}
        aria-label={`${label}, in ${unit}`}
        onChange={(event) => setLimit(event.target.value)}
        onBlur={save}
        onKeyDown={(event) => {
          if (event.key === 'Enter') save();
        }}
      />
      {unit}
      {children}
    </label>
  );
}
