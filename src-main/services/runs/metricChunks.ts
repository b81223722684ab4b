/**
 * The metric points of runs in the database: a chunk for so many points of a split, in columns. The last
 * chunk of a split grows until it is full; a full one gets an outline beside it, decimated, from which long
 * curves are read: the lowest and highest of every block, so that no spike is lost at any width.
 */
import type { DatabaseSync } from 'node:sqlite';
import { own } from '#engine/ir/record.ts';
import { decodeValue, encodeValue } from '#engine/protocol/codec.ts';
import {
  columnsOf,
  type CurveRange,
  decimated,
  type EpochFigures,
  joined,
  METRIC_SPLITS,
  type MetricColumns,
  type MetricPoint,
  type MetricPosition,
  type MetricSplit,
  only,
  type RunCurves,
  rowsUpTo,
  sliced,
} from '#engine/protocol/index.ts';

/**
 * 25 s of a curve at its densest. The last one is written again every second: 24 KB on average, of a dozen
 * numbers a point.
 */
const CHUNK_POINTS = 512;
/** Points that a block of an outline stands for. */
const BLOCK_POINTS = 128;
/** So many chunks have an outline as fine as a curve in a list is drawn. */
const OUTLINES_ENOUGH = 12;
/** Curves of fewer points for each stretch that was asked for come whole. */
const WHOLE_PER_BUCKET = 16;

export function appendPoints(db: DatabaseSync, run: string, points: readonly MetricPoint[]): void {
  for (const split of METRIC_SPLITS) {
    const ofSplit = points.filter((point) => point.split === split);
    if (ofSplit.length > 0) appendColumns(db, run, split, columnsOf(ofSplit));
  }
}

/** What comes after what there is. */
export function appendColumns(
  db: DatabaseSync,
  run: string,
  split: MetricSplit,
  news: MetricColumns,
): void {
  const last = db
    .prepare(
      `SELECT id, points FROM metric_chunks WHERE run = ? AND split = ?
       ORDER BY first_step DESC, id DESC LIMIT 1`,
    )
    .get(run, split);
  let columns = news;
  if (last && Number(last['points']) < CHUNK_POINTS) {
    const id = Number(last['id']);
    columns = joined([bodyOf(db, id), news]);
    deleteChunk(db, id);
  }
  const count = columns.step.length;
  for (let start = 0; start < count; start += CHUNK_POINTS) {
    insertChunk(db, run, split, sliced(columns, start, Math.min(start + CHUNK_POINTS, count)));
  }
}

function insertChunk(
  db: DatabaseSync,
  run: string,
  split: MetricSplit,
  columns: MetricColumns,
): void {
  const { step } = columns;
  const { lastInsertRowid } = db
    .prepare(
      `INSERT INTO metric_chunks (run, split, first_step, last_step, points, body)
       VALUES (?, ?, ?, ?, ?, ?)`,
    )
    .run(run, split, step[0] ?? 0, step.at(-1) ?? 0, step.length, encodeValue(columns));
  if (step.length < CHUNK_POINTS) return;
  const outline = decimated(columns, CHUNK_POINTS / BLOCK_POINTS);
  db.prepare('INSERT INTO metric_outlines (chunk, body) VALUES (?, ?)').run(
    ...[lastInsertRowid, encodeValue(outline)],
  );
}

function deleteChunk(db: DatabaseSync, id: number): void {
  db.prepare('DELETE FROM metric_chunks WHERE id = ?').run(id);
}

/** What came after a step is forgotten. */
export function forgetPointsAfter(db: DatabaseSync, run: string, step: number): void {
  db.prepare('DELETE FROM metric_chunks WHERE run = ? AND first_step > ?').run(run, step);
  const cut = db
    .prepare('SELECT id, split FROM metric_chunks WHERE run = ? AND last_step > ?')
    .all(run, step);
  for (const { id, split } of cut) {
    const columns = bodyOf(db, Number(id));
    deleteChunk(db, Number(id));
    // Written by this file alone.
    insertChunk(db, run, split as MetricSplit, sliced(columns, 0, rowsUpTo(columns, step)));
  }
}

/** Of each split what came after the step named for it, in about so many stretches where that is asked for. */
export function readCurves(
  db: DatabaseSync,
  run: string,
  since: MetricPosition = {},
  buckets = Infinity,
): RunCurves {
  const curves: Partial<Record<MetricSplit, MetricColumns>> = {};
  for (const split of METRIC_SPLITS) {
    const columns = readSplit(db, run, split, since[split] ?? -1, buckets);
    if (columns.step.length > 0) curves[split] = columns;
  }
  return curves;
}

function readSplit(
  db: DatabaseSync,
  run: string,
  split: MetricSplit,
  since: number,
  buckets: number,
): MetricColumns {
  const chunks = db
    .prepare(
      `SELECT id, points FROM metric_chunks WHERE run = ? AND split = ? AND last_step > ?
       ORDER BY first_step, id`,
    )
    .all(run, split, since);
  const count = pointsIn(chunks);
  const isLong = count > buckets * WHOLE_PER_BUCKET;
  const whole = columnsOfChunks(db, chunks, count / buckets);
  const after = sliced(whole, rowsUpTo(whole, since), whole.step.length);
  return isLong ? decimated(after, buckets) : after;
}

/**
 * Of each of these numbers what lies between two steps, in at most about twice `width` points, and a point on
 * either side.
 */
export function readRange(
  db: DatabaseSync,
  run: string,
  { metrics, from, to, width }: CurveRange,
): readonly RunCurves[] {
  const curves = metrics.map((): Partial<Record<MetricSplit, MetricColumns>> => ({}));
  for (const split of METRIC_SPLITS) {
    const columns = columnsBetween(db, run, split, { metrics, from, to, width });
    metrics.forEach((metric, i) => {
      const curve = decimated(only(columns, metric), width);
      const into = curves[i];
      if (into && curve.step.length > 0) into[split] = curve;
    });
  }
  return curves;
}

function columnsBetween(
  db: DatabaseSync,
  run: string,
  split: MetricSplit,
  { metrics, from, to, width }: CurveRange,
): MetricColumns {
  // Chunks follow one another: the last one that begins before has a point before, the first one after one after.
  const chunks = db
    .prepare(
      `SELECT id, points FROM metric_chunks
       WHERE run = :run AND split = :split
         AND first_step >= coalesce((SELECT max(first_step) FROM metric_chunks
           WHERE run = :run AND split = :split AND first_step < :from), :from)
         AND first_step <= coalesce((SELECT min(first_step) FROM metric_chunks
           WHERE run = :run AND split = :split AND first_step > :to), :to)
       ORDER BY first_step, id`,
    )
    .all({ run, split, from, to });
  const whole = columnsOfChunks(db, chunks, pointsIn(chunks) / width, metrics);
  const before = rowsUpTo(whole, Math.ceil(from) - 1);
  const until = rowsUpTo(whole, Math.floor(to));
  return sliced(whole, Math.max(0, before - 1), Math.min(until + 1, whole.step.length));
}

/** A number of a split as coarse as it is kept: from the outlines, where there are enough of them. */
export function readCoarse(
  db: DatabaseSync,
  run: string,
  split: MetricSplit,
  metric: string,
): MetricColumns {
  const chunks = db
    .prepare(
      'SELECT id, points FROM metric_chunks WHERE run = ? AND split = ? ORDER BY first_step, id',
    )
    .all(run, split);
  const isLong = chunks.length >= OUTLINES_ENOUGH;
  return only(columnsOfChunks(db, chunks, isLong ? BLOCK_POINTS : 0, [metric]), metric);
}

/** The chunk that holds the last point up to an epoch, with the one after it; they follow one another. */
export function readUpToEpoch(
  db: DatabaseSync,
  run: string,
  { split, metric, epoch }: EpochFigures,
): MetricColumns {
  const chunks = db
    .prepare('SELECT id FROM metric_chunks WHERE run = ? AND split = ? ORDER BY first_step, id')
    .all(run, split)
    .map(({ id }) => Number(id));
  let [low, high] = [0, chunks.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((bodyOf(db, chunks[middle] ?? 0).epoch[0] ?? Infinity) <= epoch) low = middle;
    else high = middle - 1;
  }
  const near = chunks.slice(low, low + 2).map((id) => withNumbers(bodyOf(db, id), [metric]));
  return only(joined(near), metric);
}

type ChunkRow = Readonly<Record<string, unknown>>;

function pointsIn(chunks: readonly ChunkRow[]): number {
  return chunks.reduce((sum, { points }) => sum + Number(points), 0);
}

/** From the outlines, where many points are to be drawn as one stretch. */
function columnsOfChunks(
  db: DatabaseSync,
  chunks: readonly ChunkRow[],
  pointsPerStretch: number,
  /** Of these numbers alone. */
  metrics?: readonly string[],
): MetricColumns {
  const outline = db.prepare('SELECT body FROM metric_outlines WHERE chunk = ?');
  const parts = chunks.map(({ id }) => {
    const row = pointsPerStretch >= BLOCK_POINTS ? outline.get(Number(id)) : undefined;
    const columns = row ? decoded(row['body']) : bodyOf(db, Number(id));
    return metrics ? withNumbers(columns, metrics) : columns;
  });
  return joined(parts);
}

function withNumbers(columns: MetricColumns, names: readonly string[]): MetricColumns {
  const values = names.flatMap((name) => {
    const column = own(columns.values, name);
    return column ? [[name, column] as const] : [];
  });
  return { ...columns, values: Object.fromEntries(values) };
}

function bodyOf(db: DatabaseSync, id: number): MetricColumns {
  return decoded(db.prepare('SELECT body FROM metric_chunks WHERE id = ?').get(id)?.['body']);
}

/** Written by this file alone, so it has the type it was written with. */
function decoded(body: unknown): MetricColumns {
  if (!(body instanceof Uint8Array)) throw new Error('A chunk of metrics has no body.');
  return decodeValue(body) as MetricColumns;
}
