/**
 * From a document and its data to everything a run needs before the first step: splits, gaps filled and
 * normalisation measured on the training rows alone, and the list of batch sizes that will occur.
 */
import { analyse } from '../check/analyse.ts';
import type { Analysis } from '../check/analysis.ts';
import { fieldsProblem } from '../check/dataFields.ts';
import type { DataBinding } from '../compile/index.ts';
import type { DataColumn, DataTable, FileAccess } from '../datasets/define.ts';
import { factsOf, fillMissing, loadData, normalisationOf, splitRows } from '../datasets/index.ts';
import type { DataField, JsonValue } from '../ir/attrs.ts';
import type { NetworkDocument } from '../ir/document.ts';
import { InputError, inputError } from '../ir/problem.ts';
import type { Platform } from '../platform/platform.ts';

export interface Splits {
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly test: Int32Array;
}
export interface Prepared {
  readonly document: NetworkDocument;
  readonly analysis: Analysis;
  readonly table: DataTable;
  readonly splits: Splits;
  readonly binding: DataBinding;
}

/** Throws InputError with every problem of the document, or of the data against it. */
export async function prepare(
  document: NetworkDocument,
  platform: Pick<Platform, 'yieldToEventLoop'> & { readonly files: FileAccess },
): Promise<Prepared> {
  const drawn = withoutErrors(analyse(document));
  const [dataNode] = drawn.dataNodes;
  const attrs = drawn.nodes.get(dataNode ?? '')?.attrs;
  if (dataNode === undefined || !attrs) {
    throw inputError('data.none', 'The network has no Data node.');
  }
  // readAttrs has seen to it that a source is text.
  const source = attrs['source'] as string;
  // The options of a source are validated by the source itself.
  const options = attrs['options'] as Readonly<Record<string, JsonValue>>;
  const loaded = await loadData(source, options, platform.files, () => platform.yieldToEventLoop());
  const fields = attrs['fields'] as readonly DataField[];
  const changed = fieldsProblem(
    dataNode,
    fields,
    loaded.columns.map(({ field }) => field),
  );
  if (changed) throw new InputError([changed]);

  // Once more with what is known now: which batches there will be, what targets are.
  const analysis = withoutErrors(analyse(document, () => factsOf(loaded)));

  const { training } = document;
  const splits = splitRows(loaded, training.split, training.seed);
  const table = fillMissing(loaded, splits.train);
  const mode = attrs['normalise'] as 'auto' | 'none' | 'unit' | 'standardise';
  const binding: DataBinding = new Map(
    table.columns.map((column) => [
      column.field.name,
      {
        field: column.field,
        storedDtype:
          column.stored instanceof Uint8Array
            ? 'u8'
            : column.stored instanceof Int32Array
              ? 'i32'
              : 'f32',
        rows: table.count,
        normalisation: normalisationOf(column, splits.train, mode),
        ...(column.dividedBy !== undefined && { dividedBy: column.dividedBy }),
      },
    ]),
  );
  return { document, analysis, table, splits, binding };
}

export function columnOf({ columns }: Prepared['table'], name: string): DataColumn | undefined {
  return columns.find(({ field }) => field.name === name);
}

/** Throws InputError with all errors where there is one. */
export function withoutErrors(analysis: Analysis): Analysis {
  const [first, ...others] = analysis.problems.filter((problem) => problem.severity === 'error');
  if (first) throw new InputError([first, ...others]);
  return analysis;
}
