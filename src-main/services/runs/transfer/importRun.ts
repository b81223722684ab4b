/**
 * Puts one run of a file into the record, out of sight: rows.ts has its tables, its folder the files. Whoever
 * asked makes it appear, or clears it away after an error.
 */
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { errorMessage } from '#engine/ir/errors.ts';
import { InputError, type NetworkDocument } from '#engine/ir/index.ts';
import { restoreDocument } from '#engine/ir/restoreDocument.ts';
import { asInputError } from '#engine/ir/systemError.ts';
import { duplicate } from '#engine/platform/nodeWriting.ts';
import { decodeWire } from '#engine/protocol/codec.ts';
import {
  METRIC_SPLITS,
  type MetricColumns,
  type RunSummary,
  SNAPSHOT_KINDS,
} from '#engine/protocol/index.ts';
import {
  DOCUMENT,
  EVENTS,
  fileName,
  fileOfRun,
  latestName,
  LOG,
  metricsName,
  RUN,
} from './format.ts';
import { notAsWritten, parseJson, type RunInFile, whole } from './readRunFile.ts';
import type { PortableRows } from './rows.ts';
import { asColumns, logEntry, parseSummary, runEvent } from './shapes.ts';

/** Rows written at once: between two times others write. */
const AT_ONCE = 50;
/** No chunk of a curve is larger, and no line. */
const MOST_FRAME_BYTES = 16 * 2 ** 20;
const MOST_LINE_BYTES = 2 ** 20;
const FRAME_LIMITS = { maxValues: 100_000, maxDepth: 8 };
const SNAPSHOT_LIMITS = { maxValues: 4_000_000, maxDepth: 100 };

export interface ImportRun {
  readonly from: RunInFile;
  /** Its id here. */
  readonly id: string;
  readonly folder: string;
  readonly owner: string;
  readonly rows: PortableRows;
  /** From now on there is something to be cleared away. */
  readonly onBegun: () => void;
}

export async function importRun(options: ImportRun): Promise<RunSummary> {
  const { from, id, folder, owner, rows, onBegun } = options;
  const document = await readDocument(from);
  const read = await readSummaryOf(from);
  const summary = { ...read, id, hasCheckpoint: from.has(fileName('last.safetensors')) };
  rows.begin({ summary, document, owner });
  onBegun();
  await importFiles(from, folder);
  for (const split of METRIC_SPLITS) {
    const name = metricsName(split);
    if (!from.has(name)) continue;
    for await (const parts of grouped(columnsIn(from, name))) rows.addPoints(id, split, parts);
  }
  for await (const events of grouped(linesIn(from, EVENTS, runEvent))) rows.addEvents(id, events);
  for await (const entries of grouped(linesIn(from, LOG, logEntry))) rows.addLog(id, entries);
  for (const kind of SNAPSHOT_KINDS) {
    const name = latestName(kind);
    if (from.has(name)) rows.addLatest(id, kind, await readSnapshot(from, name));
  }
  return summary;
}

async function readDocument(from: RunInFile): Promise<NetworkDocument> {
  const place = from.place(DOCUMENT);
  const restored = restoreDocument(parseJson(await whole(from.open(DOCUMENT)), place));
  if (restored.ok) return restored.document;
  const [first] = restored.problems;
  throw notAsWritten(first?.message ?? 'it is no document.', place);
}

async function readSummaryOf(from: RunInFile): Promise<RunSummary> {
  const place = from.place(RUN);
  const value = parseJson(await whole(from.open(RUN)), place);
  try {
    return parseSummary(value);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const [issue] = error.issues;
    throw notAsWritten(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`, place);
  }
}

async function importFiles(from: RunInFile, folder: string): Promise<void> {
  try {
    // Of no run that there is.
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw asInputError(error, folder, 'writing');
  }
  for (const { path } of from.manifest.files) {
    const name = fileOfRun(path);
    if (name !== null) await copyOut(from, path, join(folder, name));
  }
  for (const { path, of } of from.manifest.links) {
    const [name, first] = [fileOfRun(path), fileOfRun(of)];
    if (name !== null && first !== null) await duplicate(join(folder, first), join(folder, name));
  }
}

/** Nobody looks at it before the run appears, so that it need not be written beside. */
async function copyOut(from: RunInFile, part: string, path: string): Promise<void> {
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      for await (const piece of from.open(part)) await file.writeFile(piece);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw asInputError(error, path, 'writing');
  }
}

async function* columnsIn(from: RunInFile, name: string): AsyncGenerator<MetricColumns> {
  const place = from.place(name);
  let after = 0;
  for await (const frame of framesIn(from.open(name), place)) {
    const columns = asColumns(decoded(frame, FRAME_LIMITS, place), after);
    if (!columns) throw notAsWritten('its points are none.', place);
    after = columns.step.at(-1) ?? after;
    yield columns;
  }
}

/** Cut where their lengths say. */
async function* framesIn(pieces: AsyncIterable<Buffer>, place: string): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0);
  for await (const piece of pieces) {
    held = held.length === 0 ? piece : Buffer.concat([held, piece]);
    while (held.length >= 4) {
      const length = held.readUInt32LE();
      if (length > MOST_FRAME_BYTES) throw notAsWritten('a chunk is larger than any.', place);
      if (held.length < 4 + length) break;
      yield held.subarray(4, 4 + length);
      held = held.subarray(4 + length);
    }
  }
  if (held.length > 0) throw notAsWritten('its last chunk ends early.', place);
}

async function* linesIn<T>(from: RunInFile, name: string, shape: z.ZodType<T>): AsyncGenerator<T> {
  if (!from.has(name)) return;
  const place = from.place(name);
  let held: Buffer = Buffer.alloc(0);
  let number = 0;
  for await (const piece of from.open(name)) {
    held = held.length === 0 ? piece : Buffer.concat([held, piece]);
    for (let end = held.indexOf(10); end >= 0; end = held.indexOf(10)) {
      number += 1;
      const at = `${place}, line ${number}`;
      const read = shape.safeParse(parseJson(held.subarray(0, end), at));
      if (!read.success) throw notAsWritten(read.error.issues[0]?.message ?? '', at);
      yield read.data;
      held = held.subarray(end + 1);
    }
    if (held.length > MOST_LINE_BYTES) throw notAsWritten('a line is longer than any.', place);
  }
  if (held.length > 0) throw notAsWritten('its last line ends early.', place);
}

async function readSnapshot(from: RunInFile, name: string): Promise<unknown> {
  const place = from.place(name);
  const body = decoded(await whole(from.open(name)), SNAPSHOT_LIMITS, place);
  if (!z.looseObject({ step: z.number() }).safeParse(body).success) {
    throw notAsWritten('it is no snapshot.', place);
  }
  return body;
}

function decoded(
  bytes: Uint8Array,
  limits: NonNullable<Parameters<typeof decodeWire>[1]>,
  place: string,
): unknown {
  try {
    return decodeWire(bytes, limits);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw notAsWritten(errorMessage(error), place);
  }
}

async function* grouped<T>(all: AsyncIterable<T>): AsyncGenerator<readonly T[]> {
  let group: T[] = [];
  for await (const each of all) {
    group.push(each);
    if (group.length < AT_ONCE) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
