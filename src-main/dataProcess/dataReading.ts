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
  normalisationOf,
  parseSource,
  type PictureDecoder,
  type PictureTarget,
  splitRows,
} from '#engine/datasets/index.ts';
import { InputError, inputError } from '#engine/ir/index.ts';
import { DEFAULT_TRAINING } from '#engine/ir/trainingSettings.ts';
import { dataFiles } from '#engine/platform/nodeFiles.ts';
import type {
  DecodedPicture,
  Handlers,
  ReaderCalls,
  SourceRequest,
} from '#engine/protocol/index.ts';
import { createPictureDecoder } from './pictures/sharpDecoder.ts';
import { profileLoaded } from './profile/profileLoaded.ts';
import { profileTable, tableOf } from './profile/profileTable.ts';
import { isPrepared, preparedPath, writePrepared } from './preparedFolder.ts';
import { tableReader } from './tables/tables.ts';
import { recorder, stillHolds } from './stamps.ts';
import { unzip } from './unzip.ts';

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
  const load = async (
    { source, options, access = NO_FILES }: SourceRequest,
    fitting?: Fitting,
  ): Promise<Loaded> => {
    const key = JSON.stringify([source, options, access, fitting ?? null]);
    const { files, finish } = recorder(dataFiles(access));
    if (last?.key === key && (await stillAs(last, access))) return last;
    last = null;
    const able = { ...abilities, tables: tableReader(files) };
    const table = await loadData(source, options, files, told(source), able, fitting);
    last = { key, table, stamps: await finish() };
    return last;
  };
  return {
    async describe({ previewCount, fitting, ...request }) {
      const { table } = await load(request, usedFitting(request, fitting));
      return describeTable(request.source, table, previewCount);
    },
    async prepare(asked) {
      const { fitting: split, ...request } = asked;
      const fitting = usedFitting(request, split);
      const path = preparedPath({ ...request, ...(fitting && { fitting }) });
      if (await isPrepared(path, dataFiles(request.access ?? NO_FILES))) return { path };
      const { table, stamps } = await load(request, fitting);
      await writePrepared(path, table, stamps);
      return { path };
    },
    async profile(request) {
      const { source, options, access = NO_FILES } = request;
      const asked = tableOf(source, options);
      if (!asked) {
        const { split, seed } = { ...DEFAULT_TRAINING, ...request };
        const fitting = usedFitting(request, { split, seed });
        return profileLoaded((await load({ source, options, access }, fitting)).table, request);
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
        const { train } = splitRows(table, split, seed);
        // Gaps are of the training mean where the source leaves them to it.
        const input = fillMissing(table, train).columns.find(({ field }) => field.role === 'input');
        const normalisation = input ? normalisationOf(input, train, normalise) : null;
        return { ...table.preview, normalisation };
      }
      if (table.preview) return table.preview;
      throw inputError('data.no-table', `${request.source} is no table.`, {
        explanation: 'Rows and columns are shown of tables: CSV, Excel, Parquet, JSON lines.',
      });
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

/** Absent where nothing is fitted: then every split finds the same data. */
const usedFitting = (
  { source, options }: SourceRequest,
  fitting: Fitting | undefined,
): Fitting | undefined => (fitting && needsFitting(source, options) ? fitting : undefined);

const stillAs = ({ stamps }: Loaded, access: Parameters<typeof dataFiles>[0]): Promise<boolean> =>
  stillHolds(stamps, dataFiles(access)).catch(() => false);
