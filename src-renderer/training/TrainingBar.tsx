/** Train, pause, step, stop; what with; how far. One bar above the dock. */
import { useStore } from 'zustand';
import { openDialog } from '../app/appStore.ts';
import { addToQueue } from '../queue/addToQueue.ts';
import { QUEUE_KEYS } from '../queue/queue.commands.ts';
import { useIsBarRunOfDocument } from '../state/runOfDocument.ts';
import { useDocument } from '../state/documentSession.ts';
import { differenceText } from '../state/runDifferences.ts';
import { runStore } from '../state/runs.ts';
import { useRunDifferences } from '../state/useRunDifferences.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { formatCount } from '../ui/format.ts';
import { Tooltip } from '../ui/Tooltip.tsx';
import { BeginsWith } from './BeginsWith.tsx';
import type { Control } from './controls.ts';
import { performTraining, restart } from './perform.ts';
import { Progress } from './Progress.tsx';
import { TrainingFields } from './TrainingFields.tsx';
import { TRAINING_KEYS } from './training.commands.ts';
import { errorCount, useControls } from './useControls.ts';
import './TrainingBar.css';

export function TrainingBar() {
  const { primary, secondary, step, stop, locked } = useControls();
  const ours = useIsBarRunOfDocument();
  const pending = useStore(runStore, (state) => state.pending !== null);
  return (
    <section className="training-bar" aria-label="Training" aria-busy={pending}>
      <Primary control={primary} />
      <BeginsWith />
      {secondary && (
        <Tooltip text={secondary.reason ?? secondary.hint ?? secondary.label} side="top">
          <span>
            <Button
              variant="quiet"
              disabled={!secondary.enabled}
              onClick={() => void performTraining(secondary.action)}
            >
              {secondary.label}
            </Button>
          </span>
        </Tooltip>
      )}
      <AddToQueue />
      <IconButton
        icon="step"
        label="Step one batch"
        tip={step.reason ?? 'Step one batch'}
        keys={TRAINING_KEYS.step}
        disabled={!step.enabled}
        onClick={() => void performTraining('step')}
      />
      <IconButton
        icon="stop"
        label="Stop"
        tip={stop.reason ?? 'Stop'}
        keys={TRAINING_KEYS.stop}
        disabled={!stop.enabled}
        onClick={() => void performTraining('stop')}
      />
      <IconButton
        icon="sweep"
        label="Sweep"
        tip="Sweep: train with many settings"
        keys="$mod+Alt+w"
        onClick={() => openDialog('sweep')}
      />
      <span className="hairline tall" />
      <TrainingFields />
      <span className="hairline tall" />
      {locked && ours && <RestartWithEdits />}
      <Progress />
    </section>
  );
}

/** Edits do not touch the run: here is how they do. */
function RestartWithEdits() {
  const differences = useRunDifferences();
  const errors = useDocument(errorCount);
  if (differences.length === 0) return null;
  const list = differences.map(differenceText).join('; ');
  return (
    <Tooltip
      side="top"
      text={
        errors > 0 ? 'The network has errors.' : `Stop, keep this run and begin a new one: ${list}`
      }
    >
      <span>
        <Button small icon="edited" disabled={errors > 0} onClick={() => void restart()}>
          Restart with {formatCount(differences.length, 'edit')}
        </Button>
      </span>
    </Tooltip>
  );
}

/** What trains now goes on; this one waits for its turn. */
function AddToQueue() {
  const errors = useDocument(errorCount);
  return (
    <IconButton
      icon="queue"
      label="Add to queue"
      tip={errors > 0 ? 'The network has errors.' : 'Add to queue: trains when its turn comes'}
      keys={QUEUE_KEYS.add}
      disabled={errors > 0}
      onClick={() => void addToQueue()}
    />
  );
}

function Primary({ control }: { readonly control: Control }) {
  const { action, label, enabled, reason, hint } = control;
  const button = (
    <Button
      variant="primary"
      className="train-button"
      icon={action === 'pause' ? 'pause' : 'play'}
      disabled={!enabled}
      onClick={() => void performTraining(action)}
    >
      {label}
    </Button>
  );
  return (
    <Tooltip text={reason ?? hint ?? label} keys={TRAINING_KEYS.primary} side="top">
      {/* A disabled button gets no pointer: its reason shows on the wrapper. */}
      <span>{button}</span>
    </Tooltip>
  );
}
