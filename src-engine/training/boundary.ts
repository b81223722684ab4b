/**
 * Decision boundaries: the network over a grid of its two inputs. Only for data of two features and a
 * loss that judges classes.
 */
import type { LoadedProgram } from '../backends/backend.ts';
import { mainHead } from '../compile/index.ts';
import type { DataColumn } from '../datasets/define.ts';
import type { BoundaryFrame } from '../protocol/run.ts';
import type { RunMemory } from './memory.ts';
import { columnOf, type Prepared } from './prepare.ts';

/** Cells along one side. */
const RESOLUTION = 48;
export const BOUNDARY_BATCH = RESOLUTION ** 2;
const MARGIN = 0.1;
/** Points drawn over the map; more would hide it. */
const MAX_POINTS = 500;

/** Where a boundary is drawn: the two numbers that the classes of the head on show are told from. */
export interface BoundaryPlane {
  /** The Data node. */
  readonly node: string;
  readonly column: DataColumn;
  /** Class of each row. */
  readonly labels: DataColumn['stored'];
}

/** Null where the network does not tell classes from two numbers alone. */
export function boundaryPlane({ analysis, table }: Prepared): BoundaryPlane | null {
  const head = mainHead(analysis);
  const [input, ...others] = head?.inputFields ?? [];
  if (!head?.classifies || !head.targetField || !input || others.length > 0) return null;
  const column = columnOf(table, input.field.name);
  const labels = columnOf(table, head.targetField.field.name)?.stored;
  const { shape } = input.field;
  if (!column || !labels || shape.length !== 1 || shape[0] !== 2) return null;
  return { node: input.node, column, labels };
}

export class BoundaryReader {
  readonly #memory: RunMemory;
  readonly #program: LoadedProgram;
  readonly #node: string;
  readonly #column: DataColumn;
  readonly #grid: Float32Array;
  readonly #frame: Omit<BoundaryFrame, 'step' | 'classes' | 'winner' | 'confidence'>;

  constructor(memory: RunMemory, program: LoadedProgram, prepared: Prepared, plane: BoundaryPlane) {
    const { column, node } = plane;
    this.#memory = memory;
    this.#program = program;
    this.#column = column;
    this.#node = node;
    const [xMin, xMax] = range(column, 0);
    const [yMin, yMax] = range(column, 1);
    this.#grid = new Float32Array(BOUNDARY_BATCH * 2);
    for (let cell = 0; cell < BOUNDARY_BATCH; cell++) {
      const across = ((cell % RESOLUTION) + 0.5) / RESOLUTION;
      const up = (Math.floor(cell / RESOLUTION) + 0.5) / RESOLUTION;
      this.#grid[2 * cell] = xMin + (xMax - xMin) * across;
      this.#grid[2 * cell + 1] = yMin + (yMax - yMin) * up;
    }
    const points = pointsOf(prepared, plane);
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

function pointsOf(prepared: Prepared, { column, labels }: BoundaryPlane): BoundaryFrame['points'] {
  const { stored } = column;
  const rows = prepared.splits.train.slice(0, MAX_POINTS);
  return {
    x: Float32Array.from(rows, (row) => stored[2 * row] ?? 0),
    y: Float32Array.from(rows, (row) => stored[2 * row + 1] ?? 0),
    label: Uint8Array.from(rows, (row) => labels[row] ?? 0),
  };
}
