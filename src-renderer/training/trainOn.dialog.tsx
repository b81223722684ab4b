/** Training a run on for more epochs: as if it had been meant to be as long from the beginning. */
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { closeDialog } from '../app/appStore.ts';
import { defineDialog, type DialogProps } from '../app/defineDialog.ts';
import { documentStore } from '../state/document.ts';
import { runStore, shownRun } from '../state/runs.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { formatCount, formatInteger } from '../ui/format.ts';
import { NumberField } from '../ui/NumberField.tsx';
import { epochsAt, lastWhole, usualEpochs } from './branch.ts';
import { trainOnFrom } from './perform.ts';
import { setTraining } from './settings.ts';
import '../ui/form.css';
import './trainOn.dialog.css';

const SPEC = { integer: true, min: 1 };

/** `subject`: the step of a checkpoint; absent, the last one. */
function TrainOnDialog({ subject }: DialogProps) {
  const run = useStore(runStore, shownRun);
  const [step, setStep] = useState(subject === null ? null : Number(subject));
  const [chosen, setChosen] = useState<number | null>(null);
  const id = run?.id;
  useEffect(() => {
    if (step !== null || id === undefined) return;
    void lastWhole(id).then((last) => (last ? setStep(last.step) : closeDialog()));
  }, [id, step]);
  if (!run || step === null) return null;
  const done = epochsAt(step, run);
  const more = chosen ?? usualEpochs(step, run);
  const train = async (): Promise<void> => {
    closeDialog();
    // What the bar says is what is trained: epochs count from the run's beginning.
    setTraining(documentStore, { epochs: done + more }, 'Train on');
    await trainOnFrom({ run: run.id, step, trainOn: true });
  };
  return (
    <Dialog
      open
      onClose={closeDialog}
      title={`Train ${run.name} on`}
      description={`A new run goes on from step ${formatInteger(step)}, after ${formatCount(done, 'epoch')}, with the weights, the optimiser's state and the schedules as they were then.`}
      footer={
        <>
          <Button onClick={closeDialog}>Cancel</Button>
          <Button variant="primary" icon="play" onClick={() => void train()}>
            Train on to epoch {formatInteger(done + more)}
          </Button>
        </>
      }
    >
      <form
        className="form train-on"
        onSubmit={(event) => {
          event.preventDefault();
          void train();
        }}
      >
        <span className="form-label">More epochs</span>
        <NumberField {...SPEC} label="More epochs" value={more} onChange={setChosen} />
      </form>
      <p className="t3">
        With another network or optimiser, branch from the checkpoint instead: then the weights that
        fit are taken alone.
      </p>
    </Dialog>
  );
}

export default defineDialog({ id: 'trainOn', Component: TrainOnDialog });
