/**
 * The rows of the gradient strip: of every step watched the gradient's norm at each node and how far each
 * weight moved. Small, so more of them are kept than of whole snapshots, evenly over the run.
 */
import type { GradientTrack, TelemetryFrame } from '#engine/protocol/run.ts';
import { SnapshotHistory } from './snapshotHistory.ts';

/** More rows than this are less than a pixel each. */
const ROWS = { count: 192, bytes: 8_000_000 } as const;

/** One step of the strip; columns in graph order. NaN where a node has no such number. */
export interface GradientRow {
  readonly step: number;
  /** log10 of the norm of the loss's gradient with respect to each node's output. */
  readonly logNorm: Float32Array;
  /** Update norm over weight norm of each node's weight. */
  readonly updateRatio: Float32Array;
}

export class GradientHistory {
  #columns: readonly string[] = [];
  readonly #rows = new SnapshotHistory<GradientRow>(ROWS);

  /** Node ids in graph order. */
  get columns(): readonly string[] {
    return this.#columns;
  }
  /** Oldest first. */
  get rows(): readonly GradientRow[] {
    return this.#rows.all;
  }

  accept(frame: TelemetryFrame): void {
    const columns = gradientColumnsOf(frame);
    if (!sameList(columns, this.#columns)) {
      this.clear();
      this.#columns = columns;
    }
    this.#rows.accept(gradientRow(frame, columns));
  }

  /** Of earlier steps, as the record has them; of another network they are of no use here. */
  insert({ nodes, steps, norms, updateRatios }: GradientTrack): void {
    if (this.#columns.length === 0) this.#columns = nodes;
    if (!sameList(nodes, this.#columns)) return;
    const none = new Float32Array(nodes.length).fill(Number.NaN);
    this.#rows.insert(
      Array.from(steps, (step, i) => ({
        step,
        logNorm: (norms[i] ?? none).map((norm) => Math.log10(norm)),
        updateRatio: updateRatios[i] ?? none,
      })),
    );
  }

  clear(): void {
    this.#columns = [];
    this.#rows.clear();
  }
}

/** Nodes through which gradient flows. */
function gradientColumnsOf(frame: TelemetryFrame): readonly string[] {
  return frame.nodes.filter((node) => node.gradientNorm !== undefined).map((node) => node.node);
}

export function gradientRow(frame: TelemetryFrame, columns: readonly string[]): GradientRow {
  const logNorm = new Float32Array(columns.length).fill(Number.NaN);
  const updateRatio = new Float32Array(columns.length).fill(Number.NaN);
  const at = new Map(columns.map((id, i) => [id, i]));
  for (const node of frame.nodes) {
    const i = at.get(node.node);
    if (i !== undefined && node.gradientNorm !== undefined) {
      logNorm[i] = Math.log10(node.gradientNorm);
    }
  }
  const seen = new Set<string>();
  for (const { node, updateRatio: ratio } of frame.parameters) {
    const i = at.get(node);
    // As LiveView.weightOf: the first parameter of a node is its weight.
    if (i !== undefined && !seen.has(node)) updateRatio[i] = ratio;
    seen.add(node);
  }
  return { step: frame.step, logNorm, updateRatio };
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}
