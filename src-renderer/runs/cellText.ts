/** Words and numbers of a run as tables and details show them. */
import type { RunRow, RunSummary } from '#engine/protocol/index.ts';
import type { RunState } from '#engine/protocol/runState.ts';
import { figureWords, spentOn } from '#engine/runs/index.ts';
import type { IconName } from '../ui/Icon.tsx';
import { formatCount, formatDuration, formatInteger } from '../ui/format.ts';

/** With the digits that tell runs apart: 99.16%, 0.0266. */
export const figureText = (key: string, value: number): string => figureWords(key, value, 3);

interface StateLook {
  readonly label: string;
  readonly icon: IconName;
  readonly tone?: 'ok' | 'danger' | 'accent';
}
const LOOKS: Readonly<Record<RunState, StateLook>> = {
  preparing: { label: 'Preparing', icon: 'clock', tone: 'accent' },
  running: { label: 'Training', icon: 'play', tone: 'accent' },
  paused: { label: 'Paused', icon: 'pause', tone: 'accent' },
  finished: { label: 'Finished', icon: 'check', tone: 'ok' },
  stopped: { label: 'Stopped', icon: 'stop' },
  failed: { label: 'Failed', icon: 'error', tone: 'danger' },
  interrupted: { label: 'Interrupted', icon: 'warning' },
  imported: { label: 'Imported', icon: 'import' },
};
export const stateLook = (state: RunState): StateLook => LOOKS[state];

/** `Epoch 4/5`, `Finished`. */
export function statusText({ progress }: Pick<RunSummary, 'progress'>): string {
  const { state, epoch, totalEpochs } = progress;
  if (state !== 'running') return LOOKS[state].label;
  return `Epoch ${formatInteger(Math.min(epoch + 1, totalEpochs))}/${formatInteger(totalEpochs)}`;
}

/** `1,200 steps, 20 s`; `65 steps` of what was trained elsewhere. */
export function trainedText(run: Pick<RunSummary, 'progress'>): string {
  const steps = formatCount(run.progress.step, 'step');
  const spent = spentOn(run);
  return spent ? `${steps}, ${formatDuration(spent.elapsedMs)}` : steps;
}

/** Share done, 0 to 1; null where nobody knows how far it goes. */
export function doneShare({ progress }: RunRow): number | null {
  const { step, totalSteps } = progress;
  return totalSteps > 0 ? Math.min(1, step / totalSteps) : null;
}

// Made once: a table asks for hundreds, and each is dear to make.
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** `14:05` today, `3 Nov, 14:05`, `3 Nov 2025`. */
export function whenText(iso: string, now = new Date()): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const clock = CLOCK.format(at);
  if (at.toDateString() === now.toDateString()) return clock;
  const day = DAY.format(at);
  return at.getFullYear() === now.getFullYear() ? `${day}, ${clock}` : `${day} ${at.getFullYear()}`;
}
