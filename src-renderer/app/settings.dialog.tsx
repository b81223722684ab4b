/** The settings of the program, on this machine: what projects say of themselves is in their inspector. */
import { type ReactNode, useEffect, useId, useState } from 'react';
import { toast } from 'sonner';
import { errorSentence } from '#engine/ir/errors.ts';
import type { Settings } from '#engine/protocol/appContract.ts';
import { bridge } from '../bridge/index.ts';
import { saveTheme } from '../state/viewSync.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { NumberField, type NumberSpec } from '../ui/NumberField.tsx';
import { Segments } from '../ui/Segments.tsx';
import { TextField } from '../ui/TextField.tsx';
import { closeDialog } from './appStore.ts';
import { defineDialog } from './defineDialog.ts';
import './settings.dialog.css';

type Numbers = 'threads' | 'telemetryHz' | 'trainAtOnce' | 'diskLimitGib';

interface NumberSetting extends NumberSpec {
  readonly name: Numbers;
  readonly label: string;
  readonly unit?: string;
  readonly help: string;
}

const TRAINING: readonly NumberSetting[] = [
  {
    ...{ name: 'threads', label: 'Threads', integer: true, min: 0, max: 256, zero: 'Automatic' },
    help: 'Of the CPU, for projects that do not say how many.',
  },
  {
    ...{ name: 'telemetryHz', label: 'Shown live', unit: 'times a second' },
    ...{ integer: false, min: 0, max: 60, zero: 'Never' },
    help: 'How often the inside of a run is looked at while it trains.',
  },
];
const QUEUE: readonly NumberSetting[] = [
  {
    ...{ name: 'trainAtOnce', label: 'Side by side', unit: 'runs' },
    ...{ integer: true, min: 0, max: 256, zero: 'Automatic' },
    help: 'How many runs of the queue train at the same time at most.',
  },
  {
    ...{ name: 'diskLimitGib', label: 'Disk', unit: 'GiB' },
    ...{ integer: false, min: 0, max: 1e6, zero: 'As much as there is' },
    help: 'What all runs may take before the queue begins no more.',
  },
];

function SettingsDialog() {
  const [settings, setSettings] = useState<Settings | null>(null);
  useEffect(() => {
    bridge.call('settings.get', null).then(setSettings, told);
  }, []);
  const change = (part: Partial<Pick<Settings, Numbers | 'datasetMirror'>>): void => {
    bridge.call('settings.set', part).then(setSettings, told);
  };
  const numbers = (list: readonly NumberSetting[]): ReactNode =>
    settings &&
    list.map(({ name, label, unit, help, ...spec }) => (
      <Row key={name} {...{ label, help }}>
        {(id) => (
          <NumberField
            {...{ id, label, ...spec, ...(unit !== undefined && { unit }) }}
            value={settings[name]}
            onChange={(value) => change({ [name]: value })}
          />
        )}
      </Row>
    ));
  return (
    <Dialog
      open
      onClose={closeDialog}
      title="Settings"
      description="Of Netloom on this machine; they hold for all projects and are kept at once."
      footer={<Button onClick={closeDialog}>Done</Button>}
    >
      {settings && (
        <div className="settings">
          <Group title="Window">
            <Row label="Theme">
              {() => (
                <Segments
                  label="Theme"
                  value={settings.theme}
                  options={[
                    { value: 'system', label: 'As the system' },
                    { value: 'light', label: 'Light' },
                    { value: 'dark', label: 'Dark' },
                  ]}
                  onChange={(theme) => {
                    setSettings({ ...settings, theme });
                    saveTheme(theme).catch(told);
                  }}
                />
              )}
            </Row>
          </Group>
          <Group title="Training">{numbers(TRAINING)}</Group>
          <Group title="Queue">{numbers(QUEUE)}</Group>
          <Group title="Data sets">
            <Row
              label="Mirror"
              help="Where data sets are fetched from, as ADDRESS/ID/FILE, instead of their own servers."
            >
              {(id) => (
                <TextField
                  {...{ id, label: 'Mirror', mono: true }}
                  value={settings.datasetMirror}
                  placeholder="None: their own servers"
                  validate={addressProblem}
                  onCommit={(text) => change({ datasetMirror: text.trim() })}
                />
              )}
            </Row>
          </Group>
        </div>
      )}
    </Dialog>
  );
}

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <fieldset>
      <legend>{title}</legend>
      <div className="form">{children}</div>
    </fieldset>
  );
}

function Row(props: {
  readonly label: string;
  readonly help?: string;
  readonly children: (id: string) => ReactNode;
}) {
  const id = useId();
  return (
    <>
      <label className="form-label" htmlFor={id}>
        {props.label}
      </label>
      <div className="form-control">{props.children(id)}</div>
      {props.help !== undefined && <p className="settings-help">{props.help}</p>}
    </>
  );
}

/** As the host takes it, too. */
export function addressProblem(text: string): string | null {
  const address = text.trim();
  if (address === '') return null;
  const isAddress = URL.canParse(address) && /^https?:$/.test(new URL(address).protocol);
  return isAddress ? null : 'http:// or https://';
}

const told = (error: unknown): void => void toast.error(errorSentence(error));

export default defineDialog({
  id: 'settings',
  command: {
    id: 'app.settings',
    title: 'Settings',
    group: 'File',
    icon: 'settings',
    keys: ['$mod+,'],
    keywords: ['preferences', 'options', 'theme', 'mirror', 'threads', 'disk'],
  },
  Component: SettingsDialog,
});
