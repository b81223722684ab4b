/**
 * Watches the room on the disk while something trains: says so once before it is used up, and when it is, every
 * run that trains is paused, which leaves a checkpoint, and nothing more begins. Goes on by a person's hand,
 * once there is room; whoever goes on without room is paused again. For hosts that stay: a command has nobody
 * who could resume.
 */
import type { QueueHold, RunLogLevel } from '#engine/protocol/index.ts';
import type { QueueDisk } from './disk.ts';

export interface WatchedRuns {
  /** Of those that train, not of paused ones. */
  training(): readonly string[];
  pause(runId: string): Promise<unknown>;
  /** Kept with the run, and shown. */
  remark(runId: string, level: RunLogLevel, message: string): void;
}

export class DiskWatch {
  readonly #disk: QueueDisk;
  readonly #runs: WatchedRuns;
  readonly #warned = new Set<string>();

  constructor(disk: QueueDisk, runs: WatchedRuns) {
    this.#disk = disk;
    this.#runs = runs;
  }

  /** Why nothing more is to begin; null where there is room. */
  async look(): Promise<QueueHold | null> {
    const runIds = this.#runs.training();
    for (const known of this.#warned) if (!runIds.includes(known)) this.#warned.delete(known);
    if (runIds.length === 0) return null;
    const { state, message } = await this.#disk.state();
    if (state === 'roomy') return null;
    if (state === 'tight') {
      for (const runId of runIds) {
        if (this.#warned.has(runId)) continue;
        this.#warned.add(runId);
        this.#runs.remark(runId, 'warning', `${message} Training is paused when it is used up.`);
      }
      return null;
    }
    // What a person does about it is to show at once.
    this.#disk.forget();
    for (const runId of runIds) {
      this.#runs.remark(runId, 'error', `${message} Training is paused at a checkpoint.`);
      // It may have ended meanwhile.
      await this.#runs.pause(runId).catch(() => undefined);
    }
    const how =
      'What trained is paused at a checkpoint. Make room or raise the limit, then resume.';
    return { by: 'disk', message: `${message} ${how}` };
  }
}
