/** Train, pause, step, stop; what with; how far. One bar above the dock. */
import { useStore } from 'zustand';
import { useIsBarRunOfDocument } from '../state/runOfDocument.ts';
import { runStore } from '../state/runs.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { Tooltip } from '../ui/Tooltip.tsx';
import type { Control } from './controls.ts';
import { performTraining } from './perform.ts';
import { Progress } from './Progress.tsx';
import { TrainingFields } from './TrainingFields.tsx';
import { TRAINING_KEYS } from './training.commands.ts';
import { useControls } from './useControls.ts';
import './training.css';

export function TrainingBar() {
  const { primary, secondary, step, stop, locked } = useControls();
  const ours = useIsBarRunOfDocument();
  const pending = useStore(runStore, (state) => state.pending !== null);
  return (
    <section className="training-bar" aria-label="Training" aria-busy={pending}>
      <Primary control={primary} />
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
      <span className="hairline tall" />
      <TrainingFields locked={locked && ours} />
      <span className="hairline tall" />
      <Progress />
    </section>
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
