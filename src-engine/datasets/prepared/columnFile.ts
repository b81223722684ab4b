/**
 * A table as it lies between the process that reads data and those that train on it: one file of fixed-width
 * columns in the layout of safetensors (a length, a JSON header, raw little-endian numbers), so that other programs
 * read it, too. Not a format to give away: its metadata holds what only this version knows to read.
 * Reference: https://huggingface.co/docs/safetensors/index#format
 */
import { z } from 'zod';
import type { DataField } from '#engine/ir/attrs.ts';
import { inputError } from '#engine/ir/problem.ts';
import { readValue } from '#engine/ir/readAttrs.ts';
import { own } from '#engine/ir/record.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import type {
  DataColumn,
  DataTable,
  FiledColumn,
  RowFacts,
  SampleReading,
  StreamedColumn,
  StreamedRows,
  TableReport,
} from '../define.ts';

/** Files of other versions are made anew. */
export const COLUMN_FILE_VERSION = 4;

type Stored = DataColumn['stored'] | Float64Array;

const LENGTH_BYTES = 8;
const MAX_HEADER_BYTES = 64 * 2 ** 20;
const METADATA = '__metadata__';
/** Flat positions that were empty; no field has a name with a blank. */
const missingOf = (name: string): string => `${name} missing`;
const factName = (name: string): string => `row ${name}`;

const DTYPES = {
  F64: { of: Float64Array, bytes: 8 },
  F32: { of: Float32Array, bytes: 4 },
  I32: { of: Int32Array, bytes: 4 },
  U8: { of: Uint8Array, bytes: 1 },
} as const;
type Dtype = keyof typeof DTYPES;
const dtypeOf = (stored: Stored): Dtype =>
  stored instanceof Float64Array
    ? 'F64'
    : stored instanceof Float32Array
      ? 'F32'
      : stored instanceof Int32Array
        ? 'I32'
        : 'U8';

const FIELDS = { kind: 'fields', default: [], help: '' } as const;
const entry = z.object({
  dtype: z.enum(['F64', 'F32', 'I32', 'U8']),
  shape: z.array(z.int().nonnegative()),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
});
const metadata = z.object({
  version: z.literal(String(COLUMN_FILE_VERSION)),
  count: z.string(),
  fields: z.string(),
  dividedBy: z.string(),
  isScaled: z.string().exactOptional(),
  fingerprint: z.string(),
  testStart: z.string().exactOptional(),
  notes: z.string().exactOptional(),
  report: z.string().exactOptional(),
  reading: z.string().exactOptional(),
  stamps: z.string(),
  streamed: z.string().exactOptional(),
});
const count = z.int().nonnegative();
const numbers = z.array(z.number());
const statistics = z.object({ mean: numbers, deviation: numbers, low: numbers, high: numbers });
const streamedPlan = z.object({
  columns: z.array(z.object({ name: z.string(), dtype: z.enum(['f32', 'i32', 'u8']), statistics })),
  ...{ buckets: z.array(count), validation: count, test: count },
});
const STREAMED_DTYPES = { f32: 'F32', i32: 'I32', u8: 'U8' } as const;
const FILED_DTYPES = { F32: 'f32', I32: 'i32', U8: 'u8', F64: null } as const;

/** Rows that are not held, as they are written: everything but the numbers. */
export type StreamedPlan = Omit<StreamedRows, 'read' | 'readInto' | 'close'>;
type WrittenTable = Omit<DataTable, 'streamed' | 'filed'> & { readonly streamed?: StreamedPlan };

/** Where the rows of a column that is not held lie. */
interface ColumnPlace {
  /** Of the first row, from the beginning of the file. */
  readonly offsetBytes: number;
  readonly rowBytes: number;
}

interface StoredArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Stored;
}

/**
 * The file in parts, in order; numbers are those of the table, not copies. `stamps`: see stamps.ts. Rows of streamed
 * columns come after them, column by column: whoever has them writes them there.
 */
export function columnFileParts(table: WrittenTable, stamps: string): readonly Uint8Array[] {
  const { count, columns, testStart, fingerprint, notes, report, reading, rowFacts = {} } = table;
  const streamed = table.streamed?.columns ?? [];
  const facts = Object.entries(rowFacts) as [string, Stored][];
  const arrays = columns
    .flatMap(({ field, stored, missing }): StoredArray[] => [
      { name: field.name, shape: [count, ...field.shape], data: stored },
      ...(missing ? [{ name: missingOf(field.name), shape: [missing.length], data: missing }] : []),
    ])
    .concat(facts.map(([name, data]) => ({ name: factName(name), shape: [count], data })))
    // Wide numbers first: then each begins where it can be read without a copy.
    .sort((a, b) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT);
  let offset = 0;
  const entries = arrays.map(({ name, shape, data }) => {
    const from = offset;
    offset += data.byteLength;
    return [name, { dtype: dtypeOf(data), shape, data_offsets: [from, offset] }];
  });
  for (const { field, dtype } of streamed) {
    const from = offset;
    offset += count * rowBytes(field, STREAMED_DTYPES[dtype]);
    const placed = { shape: [count, ...field.shape], data_offsets: [from, offset] };
    entries.push([field.name, { dtype: STREAMED_DTYPES[dtype], ...placed }]);
  }
  const all = [...streamed, ...columns];
  const divisors = all.flatMap(({ field, dividedBy }) =>
    dividedBy === undefined ? [] : [[field.name, dividedBy]],
  );
  const scaled = all.flatMap(({ field, isScaled }) => (isScaled ? [field.name] : []));
  const about: z.infer<typeof metadata> = {
    version: String(COLUMN_FILE_VERSION),
    count: String(count),
    fields: JSON.stringify(all.map(({ field }) => field)),
    dividedBy: JSON.stringify(Object.fromEntries(divisors)),
    ...(scaled.length > 0 && { isScaled: JSON.stringify(scaled) }),
    ...{ fingerprint, stamps },
    ...(testStart !== undefined && { testStart: String(testStart) }),
    ...(notes && { notes: JSON.stringify(notes) }),
    ...(report && { report: JSON.stringify(report) }),
    ...(reading && { reading: JSON.stringify(reading) }),
    ...(table.streamed && { streamed: JSON.stringify(planOf(table.streamed)) }),
  };
  const json = new TextEncoder().encode(
    JSON.stringify({ [METADATA]: about, ...Object.fromEntries(entries) }),
  );
  const length = Math.ceil(json.length / 8) * 8;
  const head = new Uint8Array(LENGTH_BYTES + length).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(length), true);
  head.set(json, LENGTH_BYTES);
  return [head, ...arrays.map(({ data }) => bytesOf(data))];
}

const rowBytes = ({ shape }: Pick<DataField, 'shape'>, dtype: Dtype): number =>
  elementCount(shape) * DTYPES[dtype].bytes;

const planOf = ({ columns, ...sizes }: StreamedPlan): z.infer<typeof streamedPlan> => ({
  columns: columns.map(({ field, dtype, statistics: { mean, deviation, low, high } }) => ({
    ...{ name: field.name, dtype },
    statistics: { mean: [...mean], deviation: [...deviation], low: [...low], high: [...high] },
  })),
  ...{ buckets: [...sizes.buckets], validation: sizes.validation, test: sizes.test },
});

const bytesOf = ({ buffer, byteOffset, byteLength }: Stored): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

export interface ColumnFile {
  readonly table: Omit<DataTable, 'streamed' | 'filed'>;
  readonly stamps: string;
  /** Of rows that are not held. */
  readonly streamed?: StreamedPlan;
  /** Columns that were left where they are. */
  readonly filed?: readonly FiledColumn[];
  /** Of all that is streamed or left, by name. */
  readonly places?: ReadonlyMap<string, ColumnPlace>;
}

/** What is less is held beside what programs look into: that costs nothing. */
const LEAST_LEFT_BYTES = 4 * 2 ** 20;
/** So much a row labels have as well; of a plane of two numbers a map is drawn. */
const LEAST_LEFT_ROW_BYTES = 20;

/** What of a file is to be held, and what stays in it. */
export interface FilePlan {
  readonly held: readonly {
    readonly name: string;
    readonly from: number;
    readonly bytes: number;
  }[];
  readonly left: ReadonlySet<string>;
}

/** By its header; null where all of it is held. `leavesLarge`: large input columns stay, whether streamed or not. */
export function filePlan(header: Uint8Array, path: string, leavesLarge: boolean): FilePlan | null {
  const { bytes: start, about, entries } = headerOf(header, path);
  const left = new Set(
    about.streamed !== undefined
      ? readPlan(about.streamed, path).columns.map(({ name }) => name)
      : leavesLarge
        ? largeInputs(about, entries, path)
        : [],
  );
  if (left.size === 0) return null;
  const held = Object.entries(entries).flatMap(
    ([
      name,
      {
        data_offsets: [from, to],
      },
    ]) => (left.has(name) ? [] : [{ name, from: start + from, bytes: Math.max(0, to - from) }]),
  );
  return { held, left };
}

function largeInputs(
  { count, fields }: z.infer<typeof metadata>,
  entries: Header['entries'],
  path: string,
): readonly string[] {
  return readFields(fields, path).flatMap(({ name, role }) => {
    const [from, to] = own(entries, name)?.data_offsets ?? [0, 0];
    const isLarge = to - from >= Math.max(LEAST_LEFT_BYTES, Number(count) * LEAST_LEFT_ROW_BYTES);
    return role === 'input' && isLarge ? [name] : [];
  });
}

/** Of a file of which so much is known: its first bytes, and then as many as these say. */
export function headerBytes(beginning: Uint8Array, path: string): number {
  if (beginning.length < LENGTH_BYTES) throw damaged(path);
  const view = new DataView(beginning.buffer, beginning.byteOffset, beginning.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > MAX_HEADER_BYTES) throw damaged(path);
  return LENGTH_BYTES + length;
}

/** How long the whole file is, by its header: a shorter one lost its end. */
export function wholeBytes(header: Uint8Array, path: string): number {
  const { bytes, entries } = headerOf(header, path);
  return Math.max(bytes, ...Object.values(entries).map(({ data_offsets: [, end] }) => bytes + end));
}

/** What the file was made from, by its header. */
export const stampsIn = (header: Uint8Array, path: string): string =>
  headerOf(header, path).about.stamps;

/** Throws InputError where it is none of this version, or damaged. Columns are views of the bytes. */
export function readColumnFile(bytes: Uint8Array, path: string): ColumnFile {
  const { bytes: start, entries } = headerOf(bytes, path);
  return readTable(bytes, path, new Set(), (name) => {
    const [from, to] = own(entries, name)?.data_offsets ?? [0, 0];
    return bytes.subarray(start + from, start + to);
  });
}

/** The same of a file that is opened: `held` are the bytes of what its plan says, by name. */
export const readHeldColumns = (
  header: Uint8Array,
  path: string,
  { left }: FilePlan,
  held: ReadonlyMap<string, Uint8Array>,
): ColumnFile => readTable(header, path, left, (name) => held.get(name) ?? new Uint8Array(0));

function readTable(
  headerOfFile: Uint8Array,
  path: string,
  left: ReadonlySet<string>,
  bytesOf: (name: string) => Uint8Array,
): ColumnFile {
  const header = headerOf(headerOfFile, path);
  const start = header.bytes;
  const array = (name: string): Stored | undefined => {
    const found = own(header.entries, name);
    if (!found) return undefined;
    const { of, bytes: width } = DTYPES[found.dtype];
    const [from, to] = found.data_offsets;
    const count = elementCount(found.shape);
    const bytes = bytesOf(name);
    if (to - from !== count * width || bytes.length !== count * width) throw damaged(path);
    return bytes.byteOffset % width === 0
      ? new of(bytes.buffer as ArrayBuffer, bytes.byteOffset, count)
      : new of(Uint8Array.from(bytes).buffer);
  };
  const { about } = header;
  try {
    const count = Number(about.count);
    const fields = readFields(about.fields, path);
    const divisors = JSON.parse(about.dividedBy) as Readonly<Record<string, number>>;
    const scaled = JSON.parse(about.isScaled ?? '[]') as readonly string[];
    const plan = about.streamed === undefined ? null : readPlan(about.streamed, path);
    const streamedAs = new Map(plan?.columns.map((each) => [each.name, each]));
    const isLeft = ({ name }: DataField): boolean => streamedAs.has(name) || left.has(name);
    const places = new Map(
      fields.filter(isLeft).map(({ name, shape }) => {
        const found = own(header.entries, name);
        if (!found) throw damaged(path);
        const [from, to] = found.data_offsets;
        const bytes = rowBytes({ shape }, found.dtype);
        if (to - from !== count * bytes) throw damaged(path);
        return [name, { offsetBytes: start + from, rowBytes: bytes }] as const;
      }),
    );
    const extraOf = ({ name }: DataField) => {
      const dividedBy = own(divisors, name);
      return {
        ...(dividedBy !== undefined && { dividedBy }),
        ...(scaled.includes(name) && { isScaled: true }),
      };
    };
    const gapsOf = ({ name }: DataField) => {
      const missing = array(missingOf(name));
      return missing instanceof Int32Array ? { missing } : {};
    };
    const streamed = fields.flatMap((field): StreamedColumn[] => {
      const as = streamedAs.get(field.name);
      if (!as) return [];
      const { dtype, statistics } = as;
      if (own(header.entries, field.name)?.dtype !== STREAMED_DTYPES[dtype]) throw damaged(path);
      return [{ field, dtype, statistics, ...extraOf(field) }];
    });
    if (plan && (streamed.length !== streamedAs.size || rowsOf(plan) !== count))
      throw damaged(path);
    const filed = fields.flatMap((field): FiledColumn[] => {
      if (streamedAs.has(field.name) || !isLeft(field)) return [];
      const dtype = FILED_DTYPES[own(header.entries, field.name)?.dtype ?? 'F64'];
      if (!dtype) throw damaged(path);
      return [{ field, dtype, ...gapsOf(field), ...extraOf(field) }];
    });
    const columns = fields
      .filter((field) => !isLeft(field))
      .map((field): DataColumn => {
        const stored = array(field.name);
        if (stored?.length !== count * elementCount(field.shape) || stored instanceof Float64Array)
          throw damaged(path);
        return { ...{ field, stored }, ...gapsOf(field), ...extraOf(field) };
      });
    const facts = readFacts((name) => array(factName(name)), count, path);
    const { testStart, notes, report, reading, fingerprint, stamps } = about;
    const { buckets = [], validation = 0, test = 0 } = plan ?? {};
    return {
      stamps,
      ...(places.size > 0 && { places }),
      ...(plan && { streamed: { columns: streamed, buckets, validation, test } }),
      ...(filed.length > 0 && { filed }),
      table: {
        ...{ count, columns, fingerprint },
        ...(testStart !== undefined && { testStart: Number(testStart) }),
        ...(notes !== undefined && { notes: JSON.parse(notes) as readonly string[] }),
        ...(facts && { rowFacts: facts }),
        ...(report !== undefined && { report: JSON.parse(report) as TableReport }),
        ...(reading !== undefined && { reading: JSON.parse(reading) as SampleReading }),
      },
    };
  } catch (error) {
    if (error instanceof SyntaxError) throw damaged(path);
    throw error;
  }
}

const FACTS = {
  group: 'I32',
  time: 'F64',
  from: 'F64',
  part: 'U8',
  weight: 'F32',
} as const satisfies {
  readonly [K in keyof Required<RowFacts>]: Dtype;
};

function readFacts(
  array: (name: string) => Stored | undefined,
  count: number,
  path: string,
): RowFacts | null {
  const found = Object.entries(FACTS).flatMap(([name, dtype]) => {
    const data = array(name);
    if (!data) return [];
    if (data.length !== count || dtypeOf(data) !== dtype) throw damaged(path);
    return [[name, data] as const];
  });
  // Each has the type that its name asks for.
  return found.length > 0 ? Object.fromEntries(found) : null;
}

interface Header {
  /** Where the numbers begin. */
  readonly bytes: number;
  readonly about: z.infer<typeof metadata>;
  readonly entries: Readonly<Record<string, z.infer<typeof entry>>>;
}

function headerOf(bytes: Uint8Array, path: string): Header {
  const length = headerBytes(bytes, path);
  if (length > bytes.length) throw damaged(path);
  try {
    const text = new TextDecoder().decode(bytes.subarray(LENGTH_BYTES, length));
    const { [METADATA]: about, ...entries } = JSON.parse(text) as Record<string, unknown>;
    return {
      bytes: length,
      about: metadata.parse(about),
      entries: z.record(z.string(), entry).parse(entries),
    };
  } catch {
    throw damaged(path);
  }
}

const rowsOf = ({ buckets, validation, test }: z.infer<typeof streamedPlan>): number =>
  buckets.reduce((sum, rows) => sum + rows, validation + test);

function readPlan(text: string, path: string): z.infer<typeof streamedPlan> {
  try {
    return streamedPlan.parse(JSON.parse(text));
  } catch {
    throw damaged(path);
  }
}

function readFields(text: string, path: string): readonly DataField[] {
  const read = readValue(FIELDS, JSON.parse(text) as never);
  if (!read.ok) throw damaged(path);
  return read.value as readonly DataField[];
}

const damaged = (path: string): Error =>
  inputError('data.prepared-damaged', 'This file of prepared data cannot be read.', {
    path,
    explanation: 'It is damaged or from another version; without it, data is prepared anew.',
  });
