/** Train, pause, resume; step; stop; from a checkpoint: the same table as the bar's buttons. */
import { defineCommand } from '../commands/defineCommand.ts';
import { beginningOf, setBeginning } from '../state/beginnings.ts';
import { documentStore } from '../state/document.ts';
import { formatInteger } from '../ui/format.ts';
import { branchAtClock, branchPoint } from './branch.ts';
import type { Control } from './controls.ts';
import { performTraining, stepAnew } from './perform.ts';
import { currentControls } from './useControls.ts';
import { chooseWeightsFile } from './weightsFile.ts';

/** Shown beside the bar's buttons too. */
export const TRAINING_KEYS = {
  primary: '$mod+Enter',
  step: '$mod+Shift+Enter',
  stop: '$mod+.',
} as const;

/** The offer beside the primary one, if it is of this kind. */
function offer(action: Control['action']): Control | null {
  const { primary, secondary } = currentControls();
  return [primary, secondary].find((control) => control?.action === action) ?? null;
}

export default [
  defineCommand({
    id: 'training.toggle',
    title: 'Train',
    titleNow: () => currentControls().primary.label,
    group: 'Training',
    keys: [TRAINING_KEYS.primary],
    inText: true,
    icon: 'play',
    keywords: ['run', 'start', 'pause', 'resume', 'continue', 'learn', 'fit'],
    when: () => currentControls().primary.enabled,
    run: () => performTraining(currentControls().primary.action),
  }),
  defineCommand({
    id: 'training.step',
    title: 'Step one batch',
    group: 'Training',
    keys: [TRAINING_KEYS.step],
    inText: true,
    icon: 'step',
    keywords: ['single', 'batch', 'debug'],
    when: () => currentControls().step.enabled,
    run: () => performTraining('step'),
  }),
  defineCommand({
    id: 'training.stop',
    title: 'Stop training',
    group: 'Training',
    keys: [TRAINING_KEYS.stop],
    inText: true,
    icon: 'stop',
    keywords: ['cancel', 'end', 'abort'],
    when: () => currentControls().stop.enabled,
    run: () => performTraining('stop'),
  }),
  defineCommand({
    id: 'training.recover',
    title: 'Continue the run from its checkpoint',
    group: 'Training',
    keywords: ['resume', 'recover', 'interrupted', 'crash'],
    when: () => offer('recover')?.enabled === true,
    run: () => performTraining('recover'),
  }),
  defineCommand({
    id: 'training.trainOn',
    title: 'Train on for more epochs…',
    group: 'Training',
    keywords: ['continue', 'more epochs', 'fine-tune', 'further'],
    when: () => offer('trainOn')?.enabled === true,
    run: () => performTraining('trainOn'),
  }),
  defineCommand({
    id: 'training.branch',
    title: 'Branch from here',
    titleNow: () => {
      const point = branchPoint();
      return point ? `Branch from step ${formatInteger(point.step)}` : 'Branch from here';
    },
    group: 'Training',
    icon: 'branch',
    keywords: ['checkpoint', 'past', 'clock', 'fork', 'begin with', 'weights', 'rewind'],
    when: () => branchPoint() !== null,
    run: branchAtClock,
  }),
  defineCommand({
    id: 'training.fromScratch',
    title: 'Begin the next run from scratch',
    group: 'Training',
    keywords: ['branch', 'checkpoint', 'weights', 'let go'],
    when: () => beginningOf(documentStore.getState().document) !== null,
    run: () => setBeginning(documentStore.getState().document, null),
  }),
  defineCommand({
    id: 'training.fromFile',
    title: 'Train from the weights of a file…',
    group: 'Training',
    keywords: ['load', 'import', 'safetensors', 'transfer', 'pretrained', 'fine-tune', 'init'],
    when: () => offer('start')?.enabled === true,
    run: chooseWeightsFile,
  }),
  defineCommand({
    id: 'training.stepAnew',
    title: 'Train again, one batch at a time',
    group: 'Training',
    keywords: ['single', 'batch', 'debug', 'step'],
    when: () => {
      const { step } = currentControls();
      return !step.enabled && offer('start')?.enabled === true;
    },
    run: stepAnew,
  }),
];
