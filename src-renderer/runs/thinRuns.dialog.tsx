/** Making runs smaller for good: what of their checkpoints and of what was shown goes, and what that frees. */
import { useEffect, useState } from 'react';
import { toast } from 'sonner';
import { errorMessage } from '#engine/ir/errors.ts';
import type { RunRow, ThinRequest, ThinSavings } from '#engine/protocol/index.ts';
import { isActive } from '#engine/protocol/runState.ts';
import { closeDialog } from '../app/appStore.ts';
import { defineDialog } from '../app/defineDialog.ts';
import { bridge } from '../bridge/index.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { formatBytes, formatCount } from '../ui/format.ts';
import { targets } from './actions.ts';
import { columnOf } from './columns.ts';
import './thinRuns.dialog.css';

type Checkpoints = NonNullable<ThinRequest['checkpoints']>;
type Snapshots = NonNullable<ThinRequest['snapshots']>;

const CHECKPOINTS: readonly (readonly [Checkpoints, string])[] = [
  ['half', 'Every other one of the past goes'],
  ['past', 'All but the last and the best go'],
  ['all', 'All go: no run can begin with them any more'],
];
const SNAPSHOTS: readonly (readonly [Snapshots, string])[] = [
  ['half', 'Half of it goes, the older the sparser'],
  ['all', 'All but the latest goes'],
];

function ThinRunsDialog() {
  const [runs] = useState(targets);
  const thinned = runs.filter(({ progress }) => !isActive(progress.state));
  const [savings, setSavings] = useState<ThinSavings | null>(null);
  const [checkpoints, setCheckpoints] = useState<Checkpoints | null>(null);
  const [snapshots, setSnapshots] = useState<Snapshots | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    let isWanted = true;
    bridge.call('runs.thinSavings', { runIds: runs.map(({ id }) => id) }).then(
      (found) => isWanted && setSavings(found),
      (error: unknown) => {
        toast.error(errorMessage(error));
        closeDialog();
      },
    );
    return () => {
      isWanted = false;
    };
  }, [runs]);
  const what: ThinRequest = {
    ...(checkpoints && { checkpoints }),
    ...(snapshots && { snapshots }),
  };
  const frees =
    (checkpoints && savings ? savings.checkpoints[checkpoints] : 0) +
    (snapshots && savings ? savings.snapshots[snapshots] : 0);
  const thinThem = async (): Promise<void> => {
    setBusy(true);
    await thin(thinned, what);
    closeDialog();
  };
  return (
    <Dialog
      open
      onClose={closeDialog}
      title={`Thin out ${nameOf(runs)}`}
      description="Curves, events, settings and the latest of what was shown stay. What goes is gone for good."
      footer={
        <>
          <Button onClick={closeDialog}>Cancel</Button>
          <Button
            variant="destructive"
            disabled={busy || frees === 0}
            onClick={() => void thinThem()}
          >
            {frees === 0 ? 'Thin out' : `Free ${formatBytes(frees)}`}
          </Button>
        </>
      }
    >
      <p className="thin-size">
        {sizeText(runs)}
        {thinned.length < runs.length &&
          ` ${formatCount(runs.length - thinned.length, 'run')} being trained stay as they are.`}
      </p>
      <Choice
        title="Checkpoints"
        ways={CHECKPOINTS}
        chosen={checkpoints}
        savings={savings?.checkpoints ?? null}
        onChoose={setCheckpoints}
      />
      <Choice
        title="The inside through time"
        ways={SNAPSHOTS}
        chosen={snapshots}
        savings={savings?.snapshots ?? null}
        onChoose={setSnapshots}
      />
    </Dialog>
  );
}

function Choice<T extends string>(props: {
  readonly title: string;
  readonly ways: readonly (readonly [T, string])[];
  readonly chosen: T | null;
  readonly savings: Readonly<Record<T, number>> | null;
  readonly onChoose: (way: T | null) => void;
}) {
  const { title, ways, chosen, savings, onChoose } = props;
  return (
    <fieldset className="thin-choice">
      <legend>{title}</legend>
      <label>
        <input
          type="radio"
          name={title}
          checked={chosen === null}
          onChange={() => onChoose(null)}
        />
        <span>All stay</span>
      </label>
      {ways.map(([way, text]) => (
        <label key={way}>
          <input
            type="radio"
            name={title}
            checked={chosen === way}
            // What frees nothing is no choice.
            disabled={savings?.[way] === 0}
            onChange={() => onChoose(way)}
          />
          <span>{text}</span>
          <span className="t3">
            {savings === null ? 'counting' : `frees ${formatBytes(savings[way])}`}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

const nameOf = (runs: readonly RunRow[]): string =>
  runs.length === 1 ? (runs[0]?.name ?? '') : formatCount(runs.length, 'run');

function sizeText(runs: readonly RunRow[]): string {
  const bytes = runs.reduce((sum, run) => sum + Number(columnOf('size').value(run) ?? 0), 0);
  return `${formatBytes(bytes)} on disk now.`;
}

/** What was freed is told from the sizes before and after. */
async function thin(runs: readonly RunRow[], what: ThinRequest): Promise<void> {
  let freed = 0;
  try {
    for (const { id, sizeBytes: before } of runs) {
      const { sizeBytes: after } = await bridge.call('runs.thin', { runId: id, ...what });
      freed += Math.max(0, (before ?? after ?? 0) - (after ?? 0));
    }
    toast(`${formatBytes(freed)} freed: ${nameOf(runs)}.`);
  } catch (error) {
    toast.error(errorMessage(error));
  }
}

export default defineDialog({
  id: 'thinRuns',
  command: {
    id: 'runs.thin',
    title: 'Thin out the runs…',
    group: 'Runs',
    view: 'runs',
    keys: ['t'],
    keywords: ['smaller', 'disk', 'space', 'size', 'checkpoints', 'frames', 'free', 'prune'],
    when: () => targets().length > 0,
  },
  Component: ThinRunsDialog,
});
