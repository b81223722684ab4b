/**
 * Decision boundaries: the network over a grid of its two inputs. Only for data of two features and a
 * loss that judges classes.
 */
import type { LoadedProgram } from '../backends/backend.ts';
import type { DataColumn } from '../datasets/define.ts';
import type { BoundaryFrame } from '../protocol/run.ts';
import type { RunMemory } from './memory.ts';
import type { Prepared } from './prepare.ts';

/** Cells along one side. */
const RESOLUTION = 48;
export const BOUNDARY_BATCH = RESOLUTION ** 2;
const MARGIN = 0.1;
/** Points drawn over the map; more would hide it. */
const MAX_POINTS = 500;

/** The field a boundary is drawn over, where there is one. */
export function boundaryField(prepared: Prepared): DataColumn | null {
  const { columns } = prepared.table;
  const input = columns.find(({ field }) => field.role === 'input');
  const labelled = columns.some(({ field }) => field.role === 'label');
  return input && labelled && input.field.shape.length === 1 && input.field.shape[0] === 2
    ? input
    : null;
}

export class BoundaryReader {
  readonly #memory: RunMemory;
  readonly #program: LoadedProgram;
  readonly #node: string;
  readonly #column: DataColumn;
  readonly #grid: Float32Array;
  readonly #frame: Omit<BoundaryFrame, 'step' | 'classes' | 'winner' | 'confidence'>;

  constructor(memory: RunMemory, program: LoadedProgram, prepared: Prepared, column: DataColumn) {
    this.#memory = memory;
    this.#program = program;
    this.#column = column;
    this.#node = prepared.analysis.dataNodes[0] ?? '';
    const [xMin, xMax] = range(column, 0);
    const [yMin, yMax] = range(column, 1);
    this.#grid = new Float32Array(BOUNDARY_BATCH * 2);
    for (let cell = 0; cell < BOUNDARY_BATCH; cell++) {
      const across = ((cell % RESOLUTION) + 0.5) / RESOLUTION;
      const up = (Math.floor(cell / RESOLUTION) + 0.5) / RESOLUTION;
      this.#grid[2 * cell] = xMin + (xMax - xMin) * across;
      this.#grid[2 * cell + 1] = yMin + (yMax - yMin) * up;
    }
    const points = pointsOf(prepared, column);
    this.#frame = { resolution: RESOLUTION, xMin, xMax, yMin, yMax, points };
  }

  async frame(step: number): Promise<BoundaryFrame | null> {
    const { session } = this.#memory;
    const output = this.#program.program.outputs['probabilities'];
    if (!output) return null;
    const { name, shape } = this.#column.field;
    this.#memory.writeInput(this.#node, name, [BOUNDARY_BATCH, ...shape], this.#grid);
    session.run(this.#program);
    const probabilities = await session.read(output);
    const scores = probabilities.length / BOUNDARY_BATCH;
    const winner = new Uint8Array(BOUNDARY_BATCH);
    const confidence = new Float32Array(BOUNDARY_BATCH);
    for (let cell = 0; cell < BOUNDARY_BATCH; cell++) {
      if (scores === 1) {
        const p = probabilities[cell] ?? 0;
        winner[cell] = p > 0.5 ? 1 : 0;
        confidence[cell] = Math.max(p, 1 - p);
        continue;
      }
      for (let score = 0; score < scores; score++) {
        const p = probabilities[cell * scores + score] ?? 0;
        if (p > (confidence[cell] ?? 0)) {
          winner[cell] = score;
          confidence[cell] = p;
        }
      }
    }
    return { ...this.#frame, step, classes: Math.max(2, scores), winner, confidence };
  }
}

function range({ stored }: DataColumn, axis: number): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (let i = axis; i < stored.length; i += 2) {
    low = Math.min(low, stored[i] ?? 0);
    high = Math.max(high, stored[i] ?? 0);
  }
  const margin = (high - low) * MARGIN || 1;
  return [low - margin, high + margin];
}

function pointsOf(prepared: Prepared, { stored }: DataColumn): BoundaryFrame['points'] {
  const rows = prepared.splits.train.slice(0, MAX_POINTS);
  const labels = prepared.table.columns.find(({ field }) => field.role === 'label')?.stored;
  return {
    x: Float32Array.from(rows, (row) => stored[2 * row] ?? 0),
    y: Float32Array.from(rows, (row) => stored[2 * row + 1] ?? 0),
    label: Uint8Array.from(rows, (row) => labels?.[row] ?? 0),
  };
}
