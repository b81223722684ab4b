/**
 * Every reader that people's data goes through, each with a way to damage a file of it: as bytes, and within what is
 * packed or summed up. What is taken must be a sound table.
 */
import { crc32, gzipSync } from 'node:zlib';
import {
  columnFileParts,
  type DataTable,
  decodeText,
  encodeRows,
  loadData,
  openStreamed,
  type PictureDecoder,
  readColumnFile,
  readRows,
  type SourceOptions,
} from '#engine/datasets/index.ts';
import { readNpy, writeNpy } from '#engine/export/npy.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import type { RandomStream } from '#engine/ops/index.ts';
import { createPictureDecoder } from '#main/dataProcess/pictures/sharpDecoder.ts';
import { profileTable, tableOf } from '#main/dataProcess/profile/profileTable.ts';
import { tableReader } from '#main/dataProcess/tables/tables.ts';
import { unzip } from '#main/dataProcess/unzip.ts';
import { packZip } from '#main/zip/packZip.ts';
import { damagedJson, damagedOften } from './damage.ts';
import { memoryFiles } from './memoryFiles.ts';
import { parquetOf } from './parquet.ts';
import { photo } from './photos.ts';
import { loadTables, tableFiles } from './tableFiles.ts';
import { workbook } from './workbook.ts';

export interface DataReader {
  readonly name: string;
  /** Of a hundred thousand files together, so many. */
  readonly share: number;
  /** Makes a damaged file and reads it. Throws InputError where it is refused; anything else is a fault. */
  run(random: RandomStream): Promise<void>;
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const oneOf = <T>(all: readonly [T, ...T[]], random: RandomStream): T =>
  all[random.integer(all.length)] ?? all[0];
const rows = (count: number, row: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => row(i)).join('\n');

/** What is taken of a damaged file may be other data, but not what no training could stand. */
export function refuseUnsound({ count, columns, testStart }: DataTable): void {
  if (!Number.isSafeInteger(count) || count < 1) throw new Error(`a table of ${count} rows`);
  if (testStart !== undefined && !(testStart > 0 && testStart < count)) {
    throw new Error(`a test split from ${testStart} of ${count}`);
  }
  for (const { field, stored, missing } of columns) {
    if (stored.length !== count * elementCount(field.shape)) throw new Error('a wrong length');
    const gaps = new Set(missing);
    stored.forEach((value, at) => {
      if (!Number.isFinite(value) && !gaps.has(at)) throw new Error(`${value} in ${field.name}`);
    });
    const { classes } = field;
    if (classes !== undefined && stored.some((label) => label < 0 || label >= classes)) {
      throw new Error('a label that is no class');
    }
  }
}

// ------------------------------------------------------------------------------------------ tables

const table = (separator: string): Uint8Array =>
  utf8(
    [
      ['"id"', 'a', 'b', '"c c"', 'when', 'y'].join(separator),
      rows(30, (i) =>
        [i, i * 0.5, i % 3 ? 'x' : '', `"q""${i}"`, `2020-01-${10 + (i % 9)}`, i % 2].join(
          separator,
        ),
      ),
    ].join('\n'),
  );
const JSON_LINES = rows(30, (i) =>
  JSON.stringify({ id: i, a: i / 2, when: '2020-01-02', kind: i % 3 ? 'x' : 'y', list: [i] }),
);
const SERIES = utf8(
  `when,machine,heat,load\n${rows(60, (i) => `2024-01-${String(1 + (i % 28)).padStart(2, '0')},m${Math.floor(i / 28)},${i * 0.5},${i % 7}`)}\n`,
);
const PIXELS = utf8(
  `label,${Array.from({ length: 16 }, (_, i) => `pixel${i}`).join(',')}\n${rows(12, (i) => `${i % 2},${Array.from({ length: 16 }, (_, p) => (i * 20 + p) % 256).join(',')}`)}\n`,
);
const REVIEWS = utf8(
  `text,label\n${rows(24, (i) => `"good, bad ${i} and ""ugly"" ${i % 5}",${i % 2 ? 'yes' : 'no'}`)}\n`,
);
const TABLE_OPTIONS: readonly [SourceOptions, ...SourceOptions[]] = [
  {},
  { quotes: 'none' },
  { header: 'yes' },
  { missing: 'mean' },
  { skipRows: 1 },
  { targetKind: 'classification' },
];
const RECIPE: SourceOptions = {
  recipe: [
    { step: 'impute', columns: [], strategy: 'median' },
    { step: 'standardise', columns: [] },
  ] as never,
};

/** Packed, one in four, and that is damaged again. */
const maybePacked = (bytes: Uint8Array, random: RandomStream): Uint8Array =>
  random.integer(4) === 0 ? damagedOften(new Uint8Array(gzipSync(bytes)), random) : bytes;

async function readTable(
  source: string,
  bytes: Uint8Array,
  options: SourceOptions = {},
): Promise<void> {
  const path = source.slice(source.indexOf(':') + 1);
  refuseUnsound(await loadTables(source, options, tableFiles({ [path]: bytes })));
}

async function profile(source: string, bytes: Uint8Array): Promise<void> {
  const asked = tableOf(source, {});
  if (!asked) throw new Error(`${source} is no table`);
  const tables = tableReader(tableFiles({ [asked.path]: bytes }));
  const request = { rowsShown: 5 };
  const facts = { sizeBytes: bytes.length };
  await profileTable(tables, asked, request, facts, () => Promise.resolve());
}

const ofTables = async (): Promise<readonly DataReader[]> => {
  const parquet = await parquetOf(utf8(JSON_LINES));
  const sheet = await workbook({
    name: 'S',
    rows: [
      ['id', 'a', 'b', 'when', 'y'],
      ...Array.from({ length: 12 }, (_, i) => [
        ...[i, i / 2, i % 3 ? 'x' : null, new Date(Date.UTC(2020, 0, 1 + i)), i % 2 === 0],
      ]),
    ],
  });
  return [
    {
      name: 'CSV',
      share: 3000,
      run: (random) =>
        readTable(
          'csv:t.csv',
          maybePacked(damagedOften(table(','), random), random),
          oneOf([...TABLE_OPTIONS, RECIPE], random),
        ),
    },
    {
      name: 'TSV',
      share: 1500,
      run: (random) =>
        readTable('csv:t.tsv', damagedOften(table('\t'), random), oneOf(TABLE_OPTIONS, random)),
    },
    {
      name: 'UTF-16 CSV',
      share: 1000,
      run: (random) => {
        const text = `\ufeff${new TextDecoder().decode(table(';'))}`;
        return readTable('csv:t.csv', damagedOften(Buffer.from(text, 'utf16le'), random));
      },
    },
    {
      name: 'JSON lines',
      share: 2000,
      run: (random) => {
        const within = random.integer(2) === 0;
        const bytes = within
          ? utf8(damagedJson(JSON_LINES, random))
          : damagedOften(utf8(JSON_LINES), random);
        return readTable('jsonl:t.jsonl', maybePacked(bytes, random));
      },
    },
    {
      name: 'Parquet',
      share: 3000,
      run: (random) => readTable('parquet:t.parquet', damagedOften(parquet, random)),
    },
    {
      name: 'Excel',
      share: 1500,
      run: async (random) =>
        readTable(
          'excel:t.xlsx',
          random.integer(3) === 0 ? damagedOften(sheet, random) : await damagedZip(sheet, random),
        ),
    },
    {
      name: 'windows of CSV',
      share: 1500,
      run: (random) =>
        readTable(
          'windows:t.csv',
          damagedOften(SERIES, random),
          oneOf<SourceOptions>(
            [{}, { group: 'machine' }, { scaling: 'series', window: 3 }],
            random,
          ),
        ),
    },
    {
      name: 'pixels of CSV',
      share: 1000,
      run: (random) => readTable('pixels:t.csv', damagedOften(PIXELS, random)),
    },
    {
      name: 'texts of CSV',
      share: 1000,
      run: (random) => readTable('text:t.csv', damagedOften(REVIEWS, random)),
    },
    {
      name: 'profile of CSV',
      share: 1000,
      run: (random) => profile('csv:t.csv', damagedOften(table(','), random)),
    },
    {
      name: 'profile of Parquet',
      share: 1000,
      run: (random) => profile('parquet:t.parquet', damagedOften(parquet, random)),
    },
  ];
};

/** A zip that is whole, with one damaged part. */
async function damagedZip(bytes: Uint8Array, random: RandomStream): Promise<Uint8Array> {
  const parts = [...(await unzip(bytes, 'x'))];
  const chosen = random.integer(parts.length);
  const entries = await Promise.all(
    parts.map(async ([path, part], i) => {
      const whole = await part.read(2 ** 24);
      return { path, bytes: i === chosen ? damagedOften(whole, random) : whole };
    }),
  );
  return packZip(entries);
}

// ------------------------------------------------------------------------------------------ arrays

const idx = (...dims: number[]): Uint8Array => {
  const bytes = new Uint8Array(4 + 4 * dims.length + elementCount(dims));
  bytes.set([0, 0, 8, dims.length]);
  dims.forEach((dim, i) => new DataView(bytes.buffer).setUint32(4 + 4 * i, dim));
  return bytes;
};
const cifar = (records: number, recordBytes: number): Uint8Array => {
  const bytes = new Uint8Array(records * recordBytes);
  for (let i = 0; i < bytes.length; i++) bytes[i] = i % recordBytes < 2 ? i % 10 : i % 251;
  return bytes;
};
const IMAGES = writeNpy({ shape: [6, 4, 4], data: new Uint8Array(96).fill(7) });
const LABELS = writeNpy({ shape: [6], data: Int32Array.of(0, 1, 2, 0, 1, 2) });
const FEATURES = writeNpy({ shape: [6, 3], data: new Float32Array(18).fill(1.5) });

/** Only the numbers of its header, which is text. */
function withHeader(npy: Uint8Array, random: RandomStream): Uint8Array {
  const length = new DataView(npy.buffer, npy.byteOffset).getUint16(8, true);
  const header = new TextDecoder('latin1').decode(npy.subarray(10, 10 + length));
  const numbers = ['0', '-1', '4294967296', '9007199254740993', '1e9', '99999999999999999999'];
  const changed = header.replace(/\d+(?=,|\))/, () => numbers[random.integer(6)] ?? '0');
  const out = new Uint8Array(10 + changed.length + npy.length - 10 - length);
  out.set(npy.subarray(0, 10));
  new DataView(out.buffer).setUint16(8, changed.length, true);
  out.set(utf8(changed), 10);
  out.set(npy.subarray(10 + length), 10 + changed.length);
  return out;
}

const damagedNpy = (npy: Uint8Array, random: RandomStream): Uint8Array =>
  random.integer(4) === 0 ? withHeader(npy, random) : damagedOften(npy, random);

const ARRAYS: readonly DataReader[] = [
  {
    name: 'IDX',
    share: 10_000,
    async run(random) {
      const [images, labels] = [idx(6, 4, 4), idx(6)].map((each) =>
        maybePacked(random.integer(3) === 0 ? each : damagedOften(each, random), random),
      );
      const content = {
        'd/train-images-idx3-ubyte': images ?? '',
        'd/train-labels-idx1-ubyte': labels ?? '',
      };
      refuseUnsound(await loadData('idx:d', {}, memoryFiles(content)));
    },
  },
  {
    name: 'CIFAR',
    share: 5000,
    async run(random) {
      const whole = cifar(3, random.integer(2) === 0 ? 3073 : 3074);
      const content = { 'd/data_batch_1.bin': maybePacked(damagedOften(whole, random), random) };
      refuseUnsound(await loadData('cifar:d', {}, memoryFiles(content)));
    },
  },
  {
    name: 'npy',
    share: 10_000,
    async run(random) {
      const [x, y] = [oneOf([IMAGES, FEATURES], random), LABELS].map((each) =>
        random.integer(3) === 0 ? each : damagedNpy(each, random),
      );
      const files = memoryFiles({ 'd/x.npy': x ?? '', 'd/y.npy': y ?? '' });
      refuseUnsound(await loadData('npy:d/x.npy', { labels: 'y.npy' }, files));
    },
  },
  {
    name: 'npz',
    share: 8000,
    async run(random) {
      const within = random.integer(2) === 0;
      const x = oneOf([IMAGES, FEATURES], random);
      const zip = await packZip([
        { path: 'x.npy', bytes: within ? damagedNpy(x, random) : x },
        { path: 'y.npy', bytes: LABELS },
      ]);
      const files = memoryFiles({ z: within ? zip : damagedOften(zip, random) });
      refuseUnsound(await loadData('npz:z', {}, files, undefined, { unzip }));
    },
  },
];

// ----------------------------------------------------------------------------------------- pictures

/** A PNG of which a chunk is damaged, its sum put right: what follows the check sees it. */
function damagedChunk(png: Uint8Array, random: RandomStream): Uint8Array {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const chunks: number[] = [];
  for (let at = 8; at < png.length; at += 12 + view.getUint32(at)) chunks.push(at);
  const at = chunks[random.integer(chunks.length)] ?? 8;
  const length = view.getUint32(at);
  const out = png.slice();
  for (let times = 1 + random.integer(3); length > 0 && times > 0; times--) {
    out[at + 8 + random.integer(length)] = random.integer(256);
  }
  const sum = crc32(out.subarray(at + 4, at + 8 + length));
  new DataView(out.buffer).setUint32(at + 8 + length, sum);
  return out;
}

const PICTURES = ['png', 'jpeg', 'webp', 'tiff', 'gif'] as const;

async function ofPictures(): Promise<readonly DataReader[]> {
  const pictures: PictureDecoder = createPictureDecoder();
  const ofFormat = async (format: (typeof PICTURES)[number]): Promise<DataReader> => {
    const made = await (await photo(40, 30, 1)).toFormat(format).toBuffer();
    const whole = Uint8Array.from(made);
    return {
      name: `folder of ${format.toUpperCase()}`,
      share: 3000,
      async run(random) {
        const isChunk = format === 'png' && random.integer(2) === 0;
        const damaged = isChunk ? damagedChunk(whole, random) : damagedOften(whole, random);
        const files = memoryFiles({ [`d/a.${format}`]: damaged });
        refuseUnsound(await loadData('images:d', { height: 16 }, files, undefined, { pictures }));
      },
    };
  };
  const png = Uint8Array.from(await (await photo(8, 8, 1)).png().toBuffer());
  const labels = utf8(`file,label\n${rows(4, (i) => `${i}.png,${i % 2 ? 'cat' : 'dog'}`)}\n`);
  return [
    ...(await Promise.all(PICTURES.map(ofFormat))),
    {
      name: 'labels of pictures',
      share: 3000,
      async run(random) {
        const all = Array.from({ length: 4 }, (_, i) => [`d/${i}.png`, png] as const);
        const content = {
          ...Object.fromEntries(all),
          'd/labels.csv': damagedOften(labels, random),
        };
        refuseUnsound(
          await loadData('images:d', {}, memoryFiles(content), undefined, { pictures }),
        );
      },
    },
  ];
}

// -------------------------------------------------------------------------------------------- texts

const PROSE = utf8(
  'The ship came in. Nobody, “not even” the clerk, had seen her go. Été!\n'.repeat(9),
);

const TEXTS: readonly DataReader[] = [
  {
    name: 'text file',
    share: 7000,
    async run(random) {
      const content = { 't.txt': maybePacked(damagedOften(PROSE, random), random) };
      const options = oneOf<SourceOptions>(
        [
          { length: 4 },
          { tokens: 'characters', length: 8 },
          { tokens: 'bytePair', vocabulary: 300, length: 8, predict: 'sequence' },
        ],
        random,
      );
      refuseUnsound(await loadData('text:t.txt', options, memoryFiles(content)));
    },
  },
  {
    name: 'folder of texts',
    share: 7000,
    async run(random) {
      const texts = ['a/0.txt', 'a/1.txt', 'b/0.txt', 'b/1.txt'].map(
        (name) => [`d/${name}`, damagedOften(PROSE, random)] as const,
      );
      const options = oneOf<SourceOptions>([{}, { output: 'indices', length: 8 }], random);
      refuseUnsound(await loadData('text:d', options, memoryFiles(Object.fromEntries(texts))));
    },
  },
];

// ------------------------------------------------------------------------------------ prepared files

async function ofPrepared(): Promise<readonly DataReader[]> {
  const made = await loadTables('csv:t.csv', {}, tableFiles({ 't.csv': table(',') }));
  const whole = new Uint8Array(Buffer.concat(columnFileParts(made, '{}')));
  const length = Number(new DataView(whole.buffer).getBigUint64(0, true));
  const header = new TextDecoder().decode(whole.subarray(8, 8 + length));
  /** Its header with other text, of the length that it says. */
  const withText = (random: RandomStream): Uint8Array => {
    const changed = utf8(damagedJson(header, random));
    const padded = new Uint8Array(Math.ceil(changed.length / 8) * 8).fill(0x20);
    padded.set(changed);
    const file = new Uint8Array(8 + padded.length + whole.length - 8 - length);
    new DataView(file.buffer).setBigUint64(0, BigInt(padded.length), true);
    file.set(padded, 8);
    file.set(whole.subarray(8 + length), 8 + padded.length);
    return file;
  };
  return [
    {
      name: 'prepared columns',
      share: 8000,
      async run(random) {
        const bytes = random.integer(2) === 0 ? withText(random) : damagedOften(whole, random);
        const file = await memoryFiles({ p: bytes }).open('p');
        const streamed = await openStreamed(file, 'p');
        if (streamed === null) readColumnFile(bytes, 'p');
      },
    },
  ];
}

// -------------------------------------------------------------------------------- rows to be answered

async function ofPredicting(): Promise<readonly DataReader[]> {
  const whole = utf8(`a,b,kind\n${rows(20, (i) => `${i * 0.5},${i % 3},${i % 2 ? 'x' : 'y'}`)}\n`);
  const options = { targetKind: 'none', rowNames: 'keep' };
  const { report } = await loadTables('csv:t.csv', options, tableFiles({ 't.csv': whole }));
  if (!report) throw new Error('a table without a report');
  const dialect = { delimiter: 'auto', header: 'auto', skipRows: 0, quotes: 'standard' } as const;
  return [
    {
      name: 'CSV to predict',
      share: 8000,
      run(random) {
        const { text } = decodeText(damagedOften(whole, random), 't.csv');
        encodeRows(readRows(text, 't.csv', dialect), report, null);
        return Promise.resolve();
      },
    },
    {
      name: 'npy to predict',
      share: 8000,
      run(random) {
        readNpy(damagedNpy(FEATURES, random), 'x.npy');
        return Promise.resolve();
      },
    },
  ];
}

export const dataReaders = async (): Promise<readonly DataReader[]> => [
  ...(await ofTables()),
  ...ARRAYS,
  ...(await ofPictures()),
  ...TEXTS,
  ...(await ofPrepared()),
  ...(await ofPredicting()),
];
