/**
 * When a run is saved: the last state now and then, the best model whenever there is a better one, and of the
 * last states of its past a few (checkpointTimeline.ts). The best is kept in memory too, since epochs may be
 * too short to write a file for each.
 */
import type { NamedTensor } from '../export/safetensors.ts';
import { InputError } from '../ir/problem.ts';
import type { Platform } from '../platform/platform.ts';
import { checkpointPath, readBest, saveBest, saveCheckpoint } from './checkpoint.ts';
import { keptName, keptStep, mostKept, thinnedSteps } from './checkpointTimeline.ts';
import type { RunMemory } from './memory.ts';
import type { EmitEvent } from './reporter.ts';
import type { RunPosition } from './runPosition.ts';

const INTERVAL_MS = 10_000;
/** Ends of epochs are good places to go on from, but not each one of a thousand in a second. */
const EPOCH_INTERVAL_MS = 1_000;

export interface CheckpointsOptions {
  readonly runId: string;
  readonly platform: Platform;
  readonly memory: RunMemory;
  /** How the run read its data (see fittedData.ts). */
  readonly data: Readonly<Record<string, string>>;
  readonly emit: EmitEvent;
  /** Absent: nothing is written. */
  readonly folder?: string;
}

interface BestModel {
  readonly tensors: ReadonlyMap<string, NamedTensor>;
  readonly position: RunPosition;
}

export class Checkpoints {
  readonly #options: CheckpointsOptions;
  #best: BestModel | null = null;
  #bestIsWritten = true;
  #lastAt = -Infinity;
  #bestAt = -Infinity;
  /** Steps whose state is kept; null until the folder was asked, which a run that goes on has filled. */
  #kept: readonly number[] | null = null;
  /** Why the last write failed; said once. */
  #refusal = '';

  constructor(options: CheckpointsOptions) {
    this.#options = options;
  }

  isDue(now: number, epochDone: boolean): boolean {
    return now - this.#lastAt >= (epochDone ? EPOCH_INTERVAL_MS : INTERVAL_MS);
  }

  /**
   * From which to go on later as if nothing had happened. Also writes the best where that was put off. A
   * disk that does not take it is no reason to stop: it is tried again, and the log says so. Answers whether
   * everything is written.
   */
  async last(position: RunPosition): Promise<boolean> {
    const { platform, memory, data, emit, runId, folder } = this.#options;
    this.#lastAt = platform.now();
    const bestWritten = await this.#writeBest();
    if (folder === undefined) return true;
    const path = checkpointPath(folder, 'last');
    const written = await this.#attempt(async () => {
      const bytes = await saveCheckpoint(platform, path, memory, position, data);
      await this.#keep(folder, path, position.step, bytes);
      emit('checkpoint', { runId, which: 'last', step: position.step });
    });
    return written && bestWritten;
  }

  /** The model as it is now is the best so far. */
  async improved(position: RunPosition): Promise<void> {
    const { memory, platform } = this.#options;
    this.#best = { tensors: await memory.readEvaluated(), position };
    this.#bestIsWritten = false;
    if (platform.now() - this.#bestAt >= EPOCH_INTERVAL_MS) await this.#writeBest();
  }

  /** The best model into memory; answers at which step it was, null where there is none. */
  async restoreBest(): Promise<number | null> {
    const { memory } = this.#options;
    const best = this.#best ?? (await this.#readBest());
    if (!best) return null;
    memory.writeModel(best.tensors, 'the best model');
    return best.position.step;
  }

  /** The last state becomes one of the past that one can go back to; others make room for it. */
  async #keep(folder: string, path: string, step: number, bytes: number): Promise<void> {
    const { files } = this.#options.platform;
    try {
      this.#kept ??= (await files.list(folder)).flatMap((name) => keptStep(name) ?? []);
      const all = [...this.#kept, step];
      const kept = thinnedSteps(all, mostKept(bytes));
      if (kept.includes(step)) await files.duplicate(path, `${folder}/${keptName(step)}`);
      this.#kept = kept;
      for (const gone of all.filter((each) => !kept.includes(each))) {
        await files.remove(`${folder}/${keptName(gone)}`);
      }
    } catch (error) {
      // A past with a gap: the last state, which is what a run goes on from, is there.
      if (!(error instanceof InputError)) throw error;
    }
  }

  async #writeBest(): Promise<boolean> {
    const { platform, data, emit, runId, folder } = this.#options;
    if (this.#bestIsWritten || !this.#best || folder === undefined) return true;
    this.#bestAt = platform.now();
    const { tensors, position } = this.#best;
    this.#bestIsWritten = await this.#attempt(async () => {
      await saveBest(platform, checkpointPath(folder, 'best'), tensors, position, data);
      emit('checkpoint', { runId, which: 'best', step: position.step });
    });
    return this.#bestIsWritten;
  }

  async #attempt(write: () => Promise<void>): Promise<boolean> {
    try {
      await write();
      this.#refusal = '';
      return true;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const [problem] = error.problems;
      const message = `The weights cannot be kept on the disk: ${problem?.message ?? ''} Training goes on, and they are tried again.`;
      const { emit, runId } = this.#options;
      if (message !== this.#refusal) {
        emit('log', { runId, entry: { timeMs: 0, level: 'error', message } });
      }
      this.#refusal = message;
      return false;
    }
  }

  /** Of a resumed run whose best epoch was before. */
  async #readBest(): Promise<BestModel | null> {
    const { platform, folder } = this.#options;
    if (folder === undefined) return null;
    try {
      return await readBest(platform, checkpointPath(folder, 'best'));
    } catch (error) {
      // None was ever written: then there is nothing better than the last.
      if (error instanceof InputError && error.problems[0]?.code === 'file.not-found') return null;
      throw error;
    }
  }
}
