/**
 * How large the answers of each node's channels were, through the run: what heat cards draw. Small, so more of
 * it is kept than of whole frames, evenly over the run; and 24 columns of it, up to the step on show.
 */
import type { ChannelTrack, TelemetryFrame } from '#engine/protocol/run.ts';
import { SnapshotHistory } from './snapshotHistory.ts';

/** Four for each column, half of them after the history was thinned. */
const ROWS = { count: 96, bytes: 8_000_000 } as const;
export const HEAT_COLUMNS = 24;

interface ChannelRow {
  readonly step: number;
  /** Of all nodes, one node after the other. */
  readonly sizes: Float32Array;
}

/** Which numbers of a row are whose. */
interface Place {
  readonly start: number;
  readonly count: number;
}

/** One node through the run. NaN where an answer was not finite. */
export interface Heat {
  readonly channels: number;
  /** A row for each channel, the first one first; `HEAT_COLUMNS` in each, the newest last. */
  readonly cells: Float32Array;
  /** Steps of the oldest and the newest. */
  readonly from: number;
  readonly to: number;
}

export class ChannelHistory {
  #key = '';
  readonly #places = new Map<string, Place>();
  readonly #rows = new SnapshotHistory<ChannelRow>(ROWS);
  #columns: {
    readonly until: number;
    readonly rows: readonly ChannelRow[];
    readonly sizes: readonly Float32Array[];
  } | null = null;

  accept({ step, nodes }: TelemetryFrame): void {
    const told = nodes.filter(({ channels }) => channels !== undefined);
    // Frames from the record have none: those come as a track.
    if (told.length === 0) return;
    const counts = told.map(({ channels }) => channels?.length ?? 0);
    this.#begin(
      told.map(({ node }) => node),
      counts,
    );
    const sizes = new Float32Array(counts.reduce((sum, count) => sum + count, 0));
    let at = 0;
    for (const { channels } of told) {
      sizes.set(channels ?? [], at);
      at += channels?.length ?? 0;
    }
    this.#rows.accept({ step, sizes });
    this.#columns = null;
  }

  /** Of earlier steps, as the record has them; of another network they are of no use here. */
  insert(track: ChannelTrack, where: 'evenly' | 'near'): void {
    if (track.nodes.length === 0) return;
    if (this.#key === '') this.#begin(track.nodes, track.counts);
    if (this.#key !== keyOf(track.nodes, track.counts)) return;
    const rows = Array.from(track.steps, (step, i) => ({
      ...{ step, sizes: track.sizes[i] ?? new Float32Array() },
    }));
    if (where === 'near') this.#rows.insertNear(rows);
    else this.#rows.insert(rows);
    this.#columns = null;
  }

  clear(): void {
    this.#key = '';
    this.#places.clear();
    this.#rows.clear();
    this.#columns = null;
  }

  get isEmpty(): boolean {
    return this.#rows.latest === null;
  }

  /** Whether the columns up to a step can be told apart. */
  isFine(until: number): boolean {
    return this.#rows.upTo(until).length >= HEAT_COLUMNS;
  }

  /** Null where nothing is known of this node up to then. */
  heat(node: string, until: number): Heat | null {
    const place = this.#places.get(node);
    if (!place) return null;
    if (this.#columns?.until !== until) {
      const rows = this.#rows.upTo(until);
      this.#columns = { until, rows, sizes: columnsOf(rows) };
    }
    const { rows, sizes } = this.#columns;
    const [first, last] = [rows[0], rows.at(-1)];
    if (!first || !last) return null;
    const cells = new Float32Array(place.count * HEAT_COLUMNS);
    for (let column = 0; column < HEAT_COLUMNS; column++) {
      const own = sizes[column];
      for (let row = 0; row < place.count; row++) {
        cells[row * HEAT_COLUMNS + column] = own?.[place.start + row] ?? Number.NaN;
      }
    }
    return { channels: place.count, cells, from: first.step, to: last.step };
  }

  #begin(nodes: readonly string[], counts: readonly number[]): void {
    const key = keyOf(nodes, counts);
    if (key === this.#key) return;
    this.clear();
    this.#key = key;
    let start = 0;
    for (const [i, node] of nodes.entries()) {
      const count = counts[i] ?? 0;
      this.#places.set(node, { start, count });
      start += count;
    }
  }
}

const keyOf = (nodes: readonly string[], counts: readonly number[]): string =>
  `${nodes.join()} ${counts.join()}`;

/**
 * Equal stretches of steps, each the mean of its rows; the last column is the newest row alone, so that what
 * happens now is seen now. A stretch without a row is as the one before.
 */
function columnsOf(rows: readonly ChannelRow[]): readonly Float32Array[] {
  const [first, last] = [rows[0], rows.at(-1)];
  if (!first || !last) return [];
  const stretches: ChannelRow[][] = Array.from({ length: HEAT_COLUMNS }, () => []);
  const scale = (HEAT_COLUMNS - 1) / Math.max(1, last.step - first.step);
  for (const row of rows) {
    const column = row === last ? HEAT_COLUMNS - 1 : Math.floor((row.step - first.step) * scale);
    stretches[column]?.push(row);
  }
  let known = first.sizes;
  return stretches.map((own) => {
    if (own.length > 0) known = meanOf(own);
    return known;
  });
}

function meanOf(rows: readonly ChannelRow[]): Float32Array {
  const [first, ...others] = rows;
  if (!first) return new Float32Array();
  if (others.length === 0) return first.sizes;
  const mean = Float32Array.from(first.sizes);
  for (const { sizes } of others) {
    for (let i = 0; i < mean.length; i++) mean[i] = (mean[i] ?? 0) + (sizes[i] ?? 0);
  }
  for (let i = 0; i < mean.length; i++) mean[i] = (mean[i] ?? 0) / rows.length;
  return mean;
}
