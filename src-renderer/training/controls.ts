/**
 * What the training bar's buttons do in each state: a table, so that every surface (bar, palette,
 * shortcut, menu) enables the same actions for the same reasons.
 */
import type { RunProgress } from '#engine/protocol/run.ts';
import { isActive, type RunState } from '#engine/protocol/runState.ts';
import type { TrainingAction } from '../state/runs.ts';

export interface ControlsInput {
  /** State of the run on show; null when there is none, or an ended one of another project. */
  readonly state: RunState | null;
  /** The layers and wires are still those of that run, so that its weights fit. */
  readonly sameNetwork: boolean;
  readonly hasCheckpoint: boolean;
  readonly pending: TrainingAction | null;
  /** Problems of the document that forbid training. */
  readonly errors: number;
  readonly connected: boolean;
}

export interface Control {
  readonly action: TrainingAction;
  readonly label: string;
  readonly enabled: boolean;
  /** Why not, for the tooltip. */
  readonly reason?: string;
  /** What the label has no room for, for the tooltip too. */
  readonly hint?: string;
}
export interface Controls {
  readonly primary: Control;
  /** The other way on: training anew beside a checkpoint, continuing a stopped run, more epochs. */
  readonly secondary: Control | null;
  readonly step: Control;
  readonly stop: Control;
  /** Settings that a run has taken over can't be changed under it. */
  readonly locked: boolean;
}

const BUSY_LABEL: Record<TrainingAction, string> = {
  start: 'Starting',
  trainOn: 'Starting',
  pause: 'Pausing',
  resume: 'Resuming',
  step: 'Stepping',
  stop: 'Stopping',
  recover: 'Resuming',
};

const STARTS: ReadonlySet<TrainingAction> = new Set(['start', 'trainOn', 'recover']);

export function trainingControls(input: ControlsInput): Controls {
  const { state, pending, connected, errors } = input;
  const active = state !== null && isActive(state);
  const recoverable =
    input.hasCheckpoint && (state === 'interrupted' || state === 'stopped' || state === 'failed');
  const blocked = !connected
    ? 'Waiting for the connection to Netloom.'
    : pending !== null
      ? `${BUSY_LABEL[pending]}…`
      : null;
  const broken = errors > 0 ? 'The network has errors.' : null;

  const control = (action: TrainingAction, label: string, reason: string | null): Control => {
    const why = blocked ?? reason;
    return why === null
      ? { action, label, enabled: true }
      : { action, label, enabled: false, reason: why };
  };

  // A run that is over leaves a result on show: what would replace it says that it begins again.
  const over = state !== null && !active;
  const train = over
    ? {
        ...control('start', 'Train again', broken),
        hint: 'Train again from the beginning; this run is kept',
      }
    : control('start', 'Train', broken);
  const otherNetwork = input.sameNetwork
    ? null
    : 'The network is no longer the one that was trained.';
  const trainOn = {
    ...control('trainOn', 'Train on', broken ?? otherNetwork),
    hint: 'Train on for more epochs: a new run that goes on from the end of this one',
  };
  const step = active
    ? control('step', 'Step one batch', state === 'paused' ? null : 'Pause to go step by step.')
    : control('step', 'Step one batch', over ? stepOver(state) : broken);
  // What takes long to prepare can be stopped before its first step.
  const preparing = state === 'preparing' && pending !== null && STARTS.has(pending);
  const stop =
    preparing && connected
      ? ({ action: 'stop', label: 'Stop', enabled: true } as const)
      : control('stop', 'Stop', active ? null : 'Nothing is being trained.');

  const primary = ((): Control => {
    switch (state) {
      case 'preparing':
        return control('pause', 'Preparing', 'The network is being compiled and the data loaded.');
      case 'running':
        return control('pause', 'Pause', null);
      case 'paused':
        return control('resume', 'Resume', null);
      case 'interrupted':
        return recoverable ? control('recover', 'Resume from checkpoint', null) : train;
      case 'stopped':
      case 'failed':
      case 'finished':
      case 'imported':
      case null:
        return train;
    }
  })();
  return {
    primary: pending === null ? primary : { ...primary, label: busyLabel(primary, pending) },
    secondary:
      primary.action === 'recover'
        ? train
        : recoverable
          ? control('recover', 'Continue run', null)
          : state === 'finished' && input.hasCheckpoint
            ? trainOn
            : null,
    step,
    stop,
    locked: active,
  };
}

/** Why there is no next step of a run that is over. */
function stepOver(state: RunState): string {
  return state === 'finished'
    ? 'This run has finished: train on from here, or again from the beginning.'
    : 'This run has ended: continue it, or train again from the beginning.';
}

/** A step is too short to rename the button for. */
function busyLabel(primary: Control, pending: TrainingAction): string {
  return pending === 'step' || pending === 'stop' ? primary.label : BUSY_LABEL[pending];
}

/** `Epoch 4 of 5`; counting from one, and the last one while it is being finished. */
export function currentEpoch(progress: RunProgress): number {
  return Math.min(progress.epoch + 1, progress.totalEpochs);
}

export function progressShare(progress: RunProgress): number {
  return progress.totalSteps > 0 ? Math.min(1, progress.step / progress.totalSteps) : 0;
}
