/** What the process that reads data does: describes sources, and prepares them for those who train. */
import { setImmediate } from 'node:timers/promises';
import {
  type DataTable,
  describeTable,
  fillMissing,
  type Fitting,
  loadData,
  needsFitting,
  NO_FILES,
  type Normalisation,
  normalisationOf,
  type NormaliseMode,
  openStreamed,
  parseSource,
  type PictureDecoder,
  type PictureTarget,
  readColumnFile,
  reading,
  sampleBytes,
  splitRows,
  type StreamedRows,
} from '#engine/datasets/index.ts';
import { DEFAULT_TRAINING } from '#engine/ir/trainingSettings.ts';
import { InputError, inputError } from '#engine/ir/index.ts';
import { dataFiles, openRegularFile, readRegularFile } from '#engine/platform/nodeFiles.ts';
import type {
  DecodedPicture,
  Handlers,
  ReaderCalls,
  SourceRequest,
} from '#engine/protocol/index.ts';
import { HeldWhileRead } from './heldWhileRead.ts';
import { createPictureDecoder } from './pictures/sharpDecoder.ts';
import { profileLoaded } from './profile/profileLoaded.ts';
import { profileTable, tableOf } from './profile/profileTable.ts';
import {
  isPrepared,
  preparedBytes,
  preparedPath,
  stampsOf,
  writePrepared,
} from './preparedFolder.ts';
import { writeSamples } from './samples/writeSamples.ts';
import { isLarge, residentBytes } from './spill/resident.ts';
import { spillRows } from './spill/rowSpill.ts';
import { tableReader } from './tables/tables.ts';
import { recorder, stillHolds } from './stamps.ts';
import { unzip } from './unzip.ts';
import { workDone } from './work.ts';

interface Loaded {
  readonly key: string;
  readonly table: DataTable;
  readonly stamps: string;
}

/** Between two words of progress. */
const PROGRESS_MS = 1000;

export function createDataReading(
  onProgress?: (done: number, total: number) => void,
): Handlers<ReaderCalls> {
  /** A source is described before it is prepared: it need not be read twice. */
  let last: Loaded | null = null;
  const abilities = { pictures: createPictureDecoder(), unzip };
  /** How large samples are takes looking at all of their files. */
  let sized: { readonly key: string; readonly stamps: string; readonly bytes: number } | null =
    null;
  let toldMs = 0;
  /** Files may take long as long as they go on; what is made up is asked for with a number of samples. */
  const told =
    (source: string) =>
    (done: number, total: number): Promise<void> => {
      const isLong = parseSource(source).definition.path !== undefined;
      if (isLong && performance.now() - toldMs >= PROGRESS_MS) {
        toldMs = performance.now();
        onProgress?.(done, total);
      }
      return setImmediate();
    };
  const letGo = async (): Promise<void> => {
    const { table } = last ?? {};
    last = null;
    await table?.streamed?.close();
  };
  const load = async (
    { source, options, access = NO_FILES }: SourceRequest,
    fitting?: Fitting,
  ): Promise<Loaded> => {
    const key = JSON.stringify([source, options, access, fitting ?? null]);
    const { files, finish } = recorder(dataFiles(access));
    if (last?.key === key && (await stillAs(last, access))) return last;
    await letGo();
    const tables = tableReader(files, await isLargeTable({ source, options, access }));
    const able = { ...abilities, tables, spill: spillRows() };
    const tell = told(source);
    let before = workDone();
    const pulse = setInterval(() => {
      if (workDone() !== before) void tell(0, 0);
      before = workDone();
    }, PROGRESS_MS);
    try {
      const table = await loadData(source, options, files, tell, able, fitting);
      last = { key, table, stamps: await finish() };
      return last;
    } finally {
      clearInterval(pulse);
    }
  };
  /** What cannot be read says so when it is read. */
  const bytesOf = async ({ source, options, access = NO_FILES }: SourceRequest) => {
    const key = JSON.stringify([source, options, access]);
    if (sized?.key === key && (await stillAs(sized, access))) return sized.bytes;
    const { files, finish } = recorder(dataFiles(access));
    try {
      const bytes = (await sampleBytes(source, options, files, abilities, told(source))) ?? 0;
      sized = { key, bytes, stamps: await finish() };
      return bytes;
    } catch (error) {
      if (error instanceof InputError) return 0;
      throw error;
    }
  };
  /** Absent where nothing is fitted: then every split finds the same data. What is streamed lies in the order of its split. */
  const usedFitting = async (
    request: SourceRequest,
    fitting: Fitting | undefined,
  ): Promise<Fitting | undefined> => {
    if ((await isLargeTable(request)) || (await bytesOf(request)) > residentBytes())
      return fitting ?? DEFAULT_FITTING;
    return fitting && needsFitting(request.source, request.options) ? fitting : undefined;
  };
  /** What was prepared where there is something, else read. */
  const open = async (request: SourceRequest, asked?: Fitting): Promise<Loaded> => {
    const path = await keptSamples(request, asked);
    if (path === null) return load(request, await usedFitting(request, asked));
    const key = JSON.stringify([path]);
    if (last?.key === key && (await stillAs(last, request.access ?? NO_FILES))) return last;
    await letGo();
    const table =
      (await preparedTable(path)) ?? readColumnFile(await readRegularFile(path), path).table;
    last = { key, table, stamps: (await stampsOf(path)) ?? '' };
    return last;
  };
  return {
    async describe({ previewCount, fitting, ...request }) {
      const { table } = await open(request, fitting);
      return describeTable(request.source, table, previewCount);
    },
    async prepare(asked) {
      const { fitting: split, ...request } = asked;
      const kept = await keptSamples(request, split);
      if (kept !== null) return { path: kept };
      const fitting = await usedFitting(request, split);
      const path = preparedPath({ ...request, ...(fitting && { fitting }) });
      if (await isPrepared(path, dataFiles(request.access ?? NO_FILES))) return { path };
      const { key, table, stamps } = await load(request, fitting);
      await writePrepared(path, table, stamps, told(request.source));
      if (table.streamed) {
        // From now on read from there: what it was written from goes.
        await letGo();
        const written = await preparedTable(path);
        const { outline } = table;
        if (written) last = { key, table: { ...written, ...(outline && { outline }) }, stamps };
      }
      return { path };
    },
    async profile(request) {
      const { source, options, access = NO_FILES, folder } = request;
      const asked = tableOf(source, options);
      if (!asked) {
        const { split, seed } = { ...DEFAULT_TRAINING, ...request };
        const placed = { source, options, access, ...(folder !== undefined && { folder }) };
        const { table } = await open(placed, { split, seed });
        return profileLoaded(table, request, told(source));
      }
      const { files, finish } = recorder(dataFiles(access));
      const facts = { sizeBytes: (await files.stamp(asked.path)).sizeBytes };
      const tell = (): Promise<void> => told(source)(0, 0);
      const profile = await profileTable(tableReader(files), asked, request, facts, tell);
      await finish();
      return profile;
    },
    async previewTable({ split, seed, rows, normalise, ...request }) {
      const { table } = await load(request, { split, seed, previewRows: rows });
      if (table.preview && normalise) {
        return { ...table.preview, normalisation: ofInput(table, { split, seed }, normalise) };
      }
      if (table.preview) return table.preview;
      throw inputError('data.no-table', `${request.source} is no table.`, {
        explanation: 'Rows and columns are shown of tables: CSV, Excel, Parquet, JSON lines.',
      });
    },
    async writeSamples(request) {
      const { split, seed } = request;
      return writeSamples((await open(request, { split, seed })).table, request);
    },
    async decode({ pictures, target }) {
      const decoded: DecodedPicture[] = [];
      for (const bytes of pictures) {
        decoded.push(await decodeOne(abilities.pictures, bytes, target));
        onProgress?.(decoded.length, pictures.length);
      }
      return decoded;
    },
  };
}

/** Null: its numbers stay as they are. */
function ofInput(
  table: DataTable,
  { split, seed }: Fitting,
  mode: NormaliseMode,
): Normalisation | null {
  const [streamed] = table.streamed?.columns ?? [];
  if (streamed) return normalisationOf(streamed, new Int32Array(0), mode);
  const { train } = splitRows(table, split, seed);
  // Gaps are of the training mean where the source leaves them to it.
  const input = fillMissing(table, train).columns.find(({ field }) => field.role === 'input');
  return input ? normalisationOf(input, train, mode) : null;
}

async function decodeOne(
  pictures: PictureDecoder,
  bytes: Uint8Array,
  target: PictureTarget,
): Promise<DecodedPicture> {
  try {
    return { ok: true, pixels: await pictures.decode(bytes, target) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { ok: false, problems: error.problems };
  }
}

/** Its rows are asked for now and then, and the file may be removed: it is open while it is read. */
async function preparedTable(path: string): Promise<DataTable | null> {
  const open = async (): Promise<DataTable | null> =>
    openStreamed(await openRegularFile(path), path);
  const table = await open();
  if (!table?.streamed) return null;
  const { streamed } = table;
  await streamed.close();
  const rows = new HeldWhileRead(async () => {
    const again = (await open())?.streamed;
    if (!again) throw new Error(`${path} has no rows any more`);
    return again;
  });
  const readInto: StreamedRows['readInto'] = (column, first, into) =>
    rows.use((again) => again.readInto(column, first, into));
  const close = (): Promise<void> => rows.letGo();
  return { ...table, streamed: { ...streamed, ...reading(streamed.columns, readInto), close } };
}

/** Of whoever only asks what there is. */
const DEFAULT_FITTING: Fitting = { split: DEFAULT_TRAINING.split, seed: DEFAULT_TRAINING.seed };

/**
 * What was prepared before of samples that can be streamed, held or not, without looking at all of their files again.
 * Null where neither is there, or what is held would be too much by now.
 */
async function keptSamples(
  { source, options, access = NO_FILES, folder }: SourceRequest,
  fitting: Fitting = DEFAULT_FITTING,
): Promise<string | null> {
  if (folder === undefined || !parseSource(source).definition.sampleBytes) return null;
  const files = dataFiles(access);
  const request = { source, options, access, folder };
  const held = preparedPath(request);
  const bytes = await preparedBytes(held);
  if (bytes !== null && bytes <= residentBytes() && (await isPrepared(held, files))) return held;
  const streamed = preparedPath({ ...request, fitting });
  return (await isPrepared(streamed, files)) ? streamed : null;
}

/** Whether it is a table of more than is to be held. What cannot be read says so when it is read. */
async function isLargeTable({
  source,
  options,
  access = NO_FILES,
}: SourceRequest): Promise<boolean> {
  const asked = tableOf(source, options);
  if (!asked) return false;
  const stamp = await dataFiles(access)
    .stamp(asked.path)
    .catch(() => null);
  return stamp !== null && isLarge(stamp.path, asked.format, stamp.sizeBytes);
}

const stillAs = (
  { stamps }: Pick<Loaded, 'stamps'>,
  access: Parameters<typeof dataFiles>[0],
): Promise<boolean> => stillHolds(stamps, dataFiles(access)).catch(() => false);
