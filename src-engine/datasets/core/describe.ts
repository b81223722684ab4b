/** What a source offers, for forms, thumbnails and the fields of a Data node. */
import type { DataFacts } from '#engine/check/dataFacts.ts';
import { type JsonValue, plainFields } from '#engine/ir/attrs.ts';
import type { DocumentNode, NetworkDocument } from '#engine/ir/document.ts';
import { InputError } from '#engine/ir/problem.ts';
import { own } from '#engine/ir/record.ts';
import { readAttrs } from '#engine/ir/readAttrs.ts';
import { layer } from '#engine/layers/index.ts';
import type { DataDescription } from '#engine/protocol/dataContract.ts';
import { RemoteError } from '#engine/protocol/rpc.ts';
import type { SplitCounts } from '#engine/ir/batches.ts';
import type { DataColumn, DataTable, FileAccess, LoadProgress, RowFacts } from '../define.ts';
import { rowSize } from '../shared/table.ts';
import { PART } from './splits/kinds.ts';
import { loadData, parseSource, type SourceOptions } from './source.ts';

export async function describeData(
  source: string,
  options: SourceOptions,
  files: FileAccess,
  previewCount: number,
  onProgress?: LoadProgress,
): Promise<DataDescription> {
  return describeTable(source, await loadData(source, options, files, onProgress), previewCount);
}

export async function describeTable(
  source: string,
  table: DataTable,
  previewCount: number,
): Promise<DataDescription> {
  const { label, path } = parseSource(source).definition;
  return {
    source,
    label,
    fields: [...(table.streamed?.columns ?? []), ...table.columns].map(({ field }) => field),
    ...factsOf(table),
    fingerprint: table.fingerprint,
    preview: await previewOf(table, Math.min(previewCount, table.count), path !== undefined),
    ...(table.notes && { notes: table.notes }),
    ...(table.report && { report: table.report }),
  };
}

/** What the check wants to know of a table. */
export function factsOf({ count, testStart, rowFacts }: DataTable): DataFacts {
  const part = rowFacts?.part;
  return {
    counts: {
      total: count,
      test: testStart === undefined ? null : count - testStart,
      ...(part && { parts: partCounts(part) }),
      ...(isOverlapping(rowFacts) && { overlap: true }),
    },
  };
}

const isOverlapping = ({ time, from }: RowFacts = {}): boolean =>
  time !== undefined && (from?.some((begin, row) => begin < (time[row] ?? NaN)) ?? false);

function partCounts(part: Uint8Array): SplitCounts {
  const of = (wanted: number): number =>
    part.reduce((count, each) => (each === wanted ? count + 1 : count), 0);
  return { train: of(PART.train), validation: of(PART.validation), test: of(PART.test) };
}

/**
 * The first images that are made; of files and other tables rows spread over all, since those are often sorted by
 * class. Copies,
 * so that what is sent to another process is not the whole table.
 */
async function previewOf(
  { columns, count, streamed }: DataTable,
  rows: number,
  isOfFiles: boolean,
): Promise<DataDescription['preview']> {
  const isMadeInTurn = !isOfFiles && columns.some(({ field }) => field.shape.length === 3);
  const stride = isMadeInTurn ? 1 : count / rows;
  const read: DataDescription['preview'][number][] = [];
  for (const { field } of streamed?.columns ?? []) {
    const samples: DataColumn['stored'][] = [];
    for (let i = 0; i < rows; i++) {
      samples.push(
        (await streamed?.read(field.name, Math.floor(i * stride), 1)) ?? new Uint8Array(0),
      );
    }
    read.push({ field: field.name, rows: samples });
  }
  const held = columns.map(({ field, stored }) => {
    const size = rowSize(field);
    const sample = (i: number) => {
      const row = Math.floor(i * stride);
      return stored.slice(row * size, (row + 1) * size);
    };
    return { field: field.name, rows: Array.from({ length: rows }, (_, i) => sample(i)) };
  });
  return [...read, ...held];
}

/**
 * The document with the `fields` of its Data nodes as their sources have them now; the same object where
 * nothing changed. Errors name the node.
 */
export async function resolveData(
  document: NetworkDocument,
  /** Null leaves the node as it is. */
  describe: (
    source: string,
    options: SourceOptions,
    node: DocumentNode,
  ) => Promise<Pick<DataDescription, 'fields'> | null>,
): Promise<NetworkDocument> {
  const dataLayer = layer(DATA_TYPE);
  const nodes = await Promise.all(
    document.nodes.map(async (node) => {
      if (node.type !== DATA_TYPE) return node;
      const { source, options, fields } = readAttrs(dataLayer.attrs, node.attrs).attrs;
      const description = await describe(
        source as string, // kinds as the layer declares them
        options as SourceOptions,
        node,
      ).catch((error: unknown) => {
        throw atNode(error, node.id);
      });
      if (!description) return node;
      const found = plainFields(description.fields);
      return sameJson(fields as JsonValue, found)
        ? node
        : { ...node, attrs: { ...node.attrs, fields: found } };
    }),
  );
  const changed = nodes.some((node, i) => node !== document.nodes[i]);
  return changed ? { ...document, nodes } : document;
}

/** The layer that reads sources. */
const DATA_TYPE = 'Data';

function sameJson(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  // Lists compare by index, objects by key, whatever the order of the keys.
  const [left, right] = [a, b] as readonly Readonly<Record<string, JsonValue>>[];
  const keys = Object.keys(left ?? {});
  return (
    keys.length === Object.keys(right ?? {}).length &&
    keys.every((key) => sameJson(own(left, key), own(right, key)))
  );
}

function atNode(error: unknown, node: string): unknown {
  if (!(error instanceof InputError || error instanceof RemoteError)) return error;
  const [first, ...others] = error.problems.map((problem) => ({ ...problem, node }));
  return first ? new InputError([first, ...others]) : error;
}
