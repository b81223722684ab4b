/**
 * Decision boundaries: the network over a grid of its two inputs, for each head that tells classes from two
 * numbers alone.
 */
import type { LoadedProgram } from '../backends/backend.ts';
import { type Head, mainFirst } from '../check/heads.ts';
import { headOutput } from '../compile/index.ts';
import { own } from '../ir/record.ts';
import type { DataColumn } from '../datasets/define.ts';
import type { BoundaryFrame, BoundaryMap } from '../protocol/run.ts';
import type { RunMemory } from './memory.ts';
import { columnOf, type Prepared } from './prepare.ts';

/** Cells along one side. */
const RESOLUTION = 48;
export const BOUNDARY_BATCH = RESOLUTION ** 2;
const MARGIN = 0.1;
/** Points drawn over the map; more would hide it. */
const MAX_POINTS = 500;

/** Where the boundary of a head is drawn: the two numbers that its classes are told from. */
export interface BoundaryPlane {
  readonly head: Head;
  readonly column: DataColumn;
  /** Class of each row. */
  readonly labels: DataColumn['stored'];
}

/** Of every head that has one; that which is shown first comes first. */
export function boundaryPlanes({ analysis, table }: Prepared): readonly BoundaryPlane[] {
  return mainFirst(analysis).flatMap((head) => {
    const [input, ...others] = head.inputFields;
    if (!head.classifies || !head.targetField || !input || others.length > 0) return [];
    const column = columnOf(table, input.field.name);
    const labels = columnOf(table, head.targetField.field.name)?.stored;
    const { shape } = input.field;
    if (!column || !labels || shape.length !== 1 || shape[0] !== 2) return [];
    return [{ head, column, labels }];
  });
}

/** What of a boundary stays as it is from step to step. */
interface Still {
  readonly loss: string;
  readonly frame: Omit<BoundaryMap, 'step' | 'classes' | 'winner' | 'confidence'>;
}

export class BoundaryReader {
  readonly #memory: RunMemory;
  readonly #program: LoadedProgram;
  /** By field. */
  readonly #grids: ReadonlyMap<string, Float32Array>;
  readonly #still: readonly Still[];

  constructor(
    memory: RunMemory,
    program: LoadedProgram,
    prepared: Prepared,
    planes: readonly BoundaryPlane[],
  ) {
    this.#memory = memory;
    this.#program = program;
    this.#grids = new Map(planes.map(({ column }) => [column.field.name, gridOf(column)]));
    this.#still = planes.map((plane) => {
      const [xMin, xMax] = range(plane.column, 0);
      const [yMin, yMax] = range(plane.column, 1);
      const points = pointsOf(prepared, plane);
      const { loss } = plane.head;
      return { loss, frame: { loss, resolution: RESOLUTION, xMin, xMax, yMin, yMax, points } };
    });
  }

  async frame(step: number): Promise<BoundaryFrame | null> {
    const { session } = this.#memory;
    for (const [field, grid] of this.#grids) {
      this.#memory.writeInput(field, [BOUNDARY_BATCH, 2], grid);
    }
    session.run(this.#program);
    const maps = await Promise.all(this.#still.map((still) => this.#map(still, step)));
    const [first, ...others] = maps.filter((map) => map !== null);
    return first ? { ...first, ...(others.length > 0 && { others }) } : null;
  }

  async #map({ loss, frame }: Still, step: number): Promise<BoundaryMap | null> {
    const output = own(this.#program.program.outputs, headOutput(loss, 'probabilities'));
    if (!output) return null;
    const probabilities = await this.#memory.session.read(output);
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
    return { ...frame, step, classes: Math.max(2, scores), winner, confidence };
  }
}

/** The middle of each cell. */
function gridOf(column: DataColumn): Float32Array {
  const [xMin, xMax] = range(column, 0);
  const [yMin, yMax] = range(column, 1);
  const grid = new Float32Array(BOUNDARY_BATCH * 2);
  for (let cell = 0; cell < BOUNDARY_BATCH; cell++) {
    const across = ((cell % RESOLUTION) + 0.5) / RESOLUTION;
    const up = (Math.floor(cell / RESOLUTION) + 0.5) / RESOLUTION;
    grid[2 * cell] = xMin + (xMax - xMin) * across;
    grid[2 * cell + 1] = yMin + (yMax - yMin) * up;
  }
  return grid;
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
