/**
 * Counts units that answer zero to every one of many training samples, with the weights of one step. Few
 * samples would say little: most units are silent for some of them.
 */
import type { LoadedProgram } from '../backends/backend.ts';
import { loudestName, silenceNodes } from '../compile/index.ts';
import type { UnitSilence } from '../protocol/run.ts';
import type { RunMemory } from './memory.ts';
import type { Prepared } from './prepare.ts';
import { countedRows } from './streaming/region.ts';

export interface SilenceProgram {
  readonly program: LoadedProgram;
  /** Samples of one run of it, and of a whole count. */
  readonly batch: number;
  readonly samples: number;
}

export class SilenceCount {
  readonly #memory: RunMemory;
  readonly #program: SilenceProgram;
  readonly #nodes: readonly string[];
  /** The same ones every time, spread over the training data. */
  readonly #rows: Int32Array;

  constructor(
    memory: RunMemory,
    program: SilenceProgram,
    { analysis, splits, streamed }: Prepared,
  ) {
    this.#memory = memory;
    this.#program = program;
    this.#nodes = silenceNodes(analysis);
    const { train } = splits;
    const room = streamed ? countedRows(streamed.region) : Infinity;
    const count = Math.min(train.length, program.samples, room);
    this.#rows = Int32Array.from(
      { length: count },
      // Those that are dealt into buckets are in no order.
      (_, i) => train[streamed ? i : Math.floor((i * train.length) / count)] ?? 0,
    );
  }

  /** Before it is asked to count. */
  async open(): Promise<void> {
    await this.#memory.streamed?.hold(this.#rows);
  }

  /** By node. `step`: whose weights these are. Draws random numbers as the step did. */
  async count(step: number): Promise<ReadonlyMap<string, UnitSilence>> {
    const { session } = this.#memory;
    const { program, batch } = this.#program;
    const rows = this.#rows;
    for (const node of this.#nodes) this.#memory.clearBuffer(loudestName(node));
    for (let start = 0; start < rows.length; start += batch) {
      // A short end is filled up from the beginning: seen twice, a sample changes nothing.
      this.#memory.writeRows(
        Int32Array.from({ length: batch }, (_, i) => rows[(start + i) % rows.length] ?? 0),
      );
      session.run(program);
      const full = session.pace?.();
      if (full) await full;
    }
    const loudest = await Promise.all(
      this.#nodes.map((node) => this.#memory.readWholeBuffer(loudestName(node))),
    );
    return new Map(
      this.#nodes.map((node, i) => {
        const units = loudest[i] ?? new Float32Array(0);
        const silent = units.reduce((sum, size) => sum + (size === 0 ? 1 : 0), 0);
        return [node, { silent, units: units.length, samples: rows.length, step }];
      }),
    );
  }
}
