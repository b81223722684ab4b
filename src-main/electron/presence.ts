/**
 * What the desktop shows and does while something trains: the machine is kept awake, window and tray say how
 * far it is, a notice says when the queue is done. Knows Electron only as a shell, so that it is tested without.
 */
import { isOver, type QueueEntry, type RunSummary } from '#engine/protocol/index.ts';
import { queueProgress } from '#engine/runs/queueTime.ts';
import type { EndedEntry } from '../services/queue/queue.ts';

export interface Shell {
  /** While true the machine does not fall asleep; its screen may. */
  setAwake(awake: boolean): void;
  /** `share`: null where nothing trains. */
  setProgress(share: number | null, text: string): void;
  notify(title: string, body: string): void;
}

export interface PresenceServices {
  readonly training: { readonly activeRunIds: readonly string[] };
  readonly queue: {
    list(): { readonly entries: readonly QueueEntry[] };
    onEnded(listener: (ended: EndedEntry) => void): () => void;
  };
  onRunChanged(listener: (run: RunSummary) => void): void;
}

/** Goes on without a window, in the tray. What was begun by hand is suspended with it, to be resumed. */
export const trainsOn = (services: {
  readonly queue: { readonly isBusy: boolean };
  readonly sweeps: { readonly isBusy: boolean };
}): boolean => services.queue.isBusy || services.sweeps.isBusy;

/** A run tells much more often than anybody looks. */
const SHOW_MS = 1_000;

export function showPresence(services: PresenceServices, shell: Shell): void {
  const { training, queue } = services;
  const known = new Map<string, RunSummary>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  const trains = (run: RunSummary): boolean => run.progress.state !== 'paused';
  let isAwake = false;
  const setAwake = (awake: boolean): void => {
    if (awake === isAwake) return;
    isAwake = awake;
    shell.setAwake(awake);
  };
  const show = (): void => {
    timer = null;
    const { activeRunIds } = training;
    for (const id of known.keys()) if (!activeRunIds.includes(id)) known.delete(id);
    const running = [...known.values()];
    setAwake(running.some(trains));
    const [run] = running;
    if (!run) {
      shell.setProgress(null, 'Netloom');
      return;
    }
    const { entries } = queue.list();
    const own = entries.some(({ runId }) => runId !== null && known.has(runId)) ? entries : [];
    const progressOf = (runId: string) => known.get(runId)?.progress ?? null;
    const { step, totalSteps } = run.progress;
    const whole = own.length > 1 ? queueProgress(own, progressOf) : null;
    const share = whole?.share ?? (totalSteps > 0 ? step / totalSteps : 0);
    const queued = whole ? `, ${whole.done} of ${whole.total} in the queue done` : '';
    const what = running.length === 1 ? run.name : `${running.length} runs`;
    shell.setProgress(share, `Netloom: ${what}, ${Math.floor(share * 100)}%${queued}`);
  };
  const later = (): void => {
    if (timer) return;
    timer = setTimeout(show, SHOW_MS);
    timer.unref();
  };
  services.onRunChanged((run) => {
    if (training.activeRunIds.includes(run.id)) {
      known.set(run.id, run);
      // At once, or a machine about to sleep would; that it may again is told later, for the next in the queue.
      if (trains(run)) setAwake(true);
    }
    later();
  });
  queue.onEnded(() => {
    later();
    const own = queue.list().entries.filter(({ elsewhere }) => !elsewhere);
    if (own.some(({ state }) => !isOver(state))) return;
    const finished = own.filter(({ state }) => state === 'finished').length;
    const failed = own.filter(({ state }) => state === 'failed' || state === 'setAside').length;
    const rest = failed === 0 ? '' : `, ${failed} failed`;
    shell.notify('The queue is done', `${finished} of ${own.length} runs finished${rest}.`);
  });
}
