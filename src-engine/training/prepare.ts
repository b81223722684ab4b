/**
 * From a document and its data to everything a run needs before the first step: splits, gaps filled and
 * normalisation measured on the training rows alone, and the list of batch sizes that will occur.
 */
import { analyse } from '../check/analyse.ts';
import type { Analysis, NodeAnalysis } from '../check/analysis.ts';
import { fieldsProblem } from '../check/dataFields.ts';
import { type BoundField, type DataBinding, SAMPLE_WEIGHTS } from '../compile/index.ts';
import type { DataColumn, DataTable, FiledRows, StreamedColumn } from '../datasets/define.ts';
import {
  copiesInFile,
  factsOf,
  fillMissing,
  measuredRows,
  normalisationOf,
  openTable,
  type SampleWeights,
  sampleWeights,
  type SourceOptions,
  splitNotes,
  splitReport,
  type Splits,
  splitsOf,
  type TableHost,
  withLabelNoise,
} from '../datasets/index.ts';
import { mixes, type Pipeline, pipelineOf } from '../augment/index.ts';
import type { DataField, Step } from '../ir/attrs.ts';
import type { NetworkDocument } from '../ir/document.ts';
import { InputError, inputError } from '../ir/problem.ts';
import type { DType } from '../ir/tensor.ts';
import type { Platform } from '../platform/platform.ts';
import { isClass, isPicture } from './dataKinds.ts';
import { regionOf } from './streaming/region.ts';
import type { StreamedSource } from './streaming/windows.ts';
import { formatInteger } from '../ir/numberText.ts';

export interface Prepared {
  readonly document: NetworkDocument;
  readonly analysis: Analysis;
  readonly table: DataTable;
  readonly splits: Splits;
  /** Rows that are read while the run goes; null: all of them are in memory. */
  readonly streamed: StreamedSource | null;
  /** Columns that are read when a run has a place for them; null: all of them are in memory. */
  readonly filed: FiledRows<StreamedColumn> | null;
  readonly binding: DataBinding;
  /** What the engine keeps: the columns of the table, and beside them what samples count for. */
  readonly stored: readonly DataColumn[];
  readonly weights: SampleWeights;
  /** What is done to training pictures; empty: nothing. */
  readonly pipeline: Pipeline;
  /** What is to be known of the split and the labels, a sentence each; looked for when it is asked. */
  readonly notes: () => Promise<readonly string[]>;
}

/** Where samples come from; what waits for them lets messages in between. */
export type DataHost = TableHost & Pick<Platform, 'yieldToEventLoop'>;

export interface UsedSource {
  /** The Data node that is read; all others read the same. */
  readonly node: string;
  readonly attrs: NodeAnalysis['attrs'];
  readonly source: string;
  readonly options: SourceOptions;
}

export function usedSource({ dataNodes, nodes }: Analysis): UsedSource {
  const [node] = dataNodes;
  const attrs = nodes.get(node ?? '')?.attrs;
  if (node === undefined || !attrs) {
    throw inputError('data.none', 'The network has no Data node.');
  }
  // readAttrs has seen to it that a source is text; its options are validated by the source itself.
  const { source, options } = attrs as { readonly source: string; readonly options: SourceOptions };
  return { node, attrs, source, options };
}

/** Throws InputError with every problem of the document, or of the data against it. */
export async function prepare(document: NetworkDocument, host: DataHost): Promise<Prepared> {
  const drawn = withoutErrors(analyse(document));
  const { node: dataNode, attrs, source, options } = usedSource(drawn);
  const loaded = await openTable(source, options, host, () => host.yieldToEventLoop());
  const fields = attrs['fields'] as readonly DataField[];
  const changed = fieldsProblem(dataNode, fields, fieldsIn(loaded));
  if (changed) throw new InputError([changed]);

  // Once more with what is known now: which batches there will be, what targets are.
  const { training } = document;
  const { streamed } = loaded;
  const splits = splitsOf(loaded, training.split, training.seed);
  const counts = {
    train: splits.train.length,
    validation: splits.validation.length,
    test: splits.test.length,
  };
  const analysis = withoutErrors(analyse(document, () => ({ ...factsOf(loaded), splits: counts })));

  const noisy = withLabelNoise(loaded, splits.train, training.labelNoise, training.seed);
  const table = fillMissing(noisy.table, splits.train);
  const mode = attrs['normalise'] as 'auto' | 'none' | 'unit' | 'standardise';
  const pipeline = pipelineOf(attrs['augment'] as readonly Step[]);
  const weights = sampleWeights(noisy.table, splits.train, training);
  const stored = weights.loss ? [...table.columns, weightColumn(weights.loss)] : table.columns;
  const filed = loaded.filed
    ? await measuredRows(loaded.filed, splits.train, mode, () => host.yieldToEventLoop())
    : null;
  const region = streamed && regionOf(streamed, training.batchSize);
  const bound = (column: DataColumn | StreamedColumn): BoundField => ({
    ...{ field: column.field, storedDtype: dtypeOf(column), rows: region?.rows ?? table.count },
    ...(isHanded(column.field, pipeline) && { augmented: true as const }),
    ...(mixes(pipeline) && isClass(column.field) && { mixed: column.field.classes }),
    normalisation: normalisationOf(column, splits.train, mode),
    ...(column.dividedBy !== undefined && { dividedBy: column.dividedBy }),
  });
  const binding: DataBinding = new Map(
    [...(streamed?.columns ?? []), ...(filed?.columns ?? []), ...stored].map((column) => [
      column.field.name,
      bound(column),
    ]),
  );
  const { changed: wrong } = noisy;
  const notes = async (): Promise<readonly string[]> => [
    ...splitNotes({
      ...splitReport(loaded, splits),
      ...(filed && { copies: await copiesInFile(loaded, filed, splits) }),
    }),
    ...(wrong === 0
      ? []
      : [
          `${formatInteger(wrong)} of ${formatInteger(counts.train)} training labels are wrong on purpose (label noise).`,
        ]),
  ];
  return {
    ...{ document, analysis, table, splits, filed, binding, stored, weights, pipeline, notes },
    streamed: streamed && region ? { rows: streamed, region, resident: stored } : null,
  };
}

/** What a mixture counts for is mixed as well. */
const isHanded = (field: DataField, pipeline: Pipeline): boolean =>
  (pipeline.length > 0 && isPicture(field)) || (mixes(pipeline) && field.name === SAMPLE_WEIGHTS);

const dtypeOf = (column: DataColumn | StreamedColumn): DType =>
  !('stored' in column)
    ? column.dtype
    : column.stored instanceof Uint8Array
      ? 'u8'
      : column.stored instanceof Int32Array
        ? 'i32'
        : 'f32';

/** Of all columns, wherever they are. */
export const fieldsIn = ({ columns, streamed, filed }: DataTable): readonly DataField[] =>
  [...(streamed?.columns ?? []), ...(filed?.columns ?? []), ...columns].map(({ field }) => field);

/** Once the run has ended. */
export async function closeRows({ table }: Pick<Prepared, 'table'>): Promise<void> {
  await table.streamed?.close();
  await table.filed?.close();
}

const weightColumn = (loss: Float32Array): DataColumn => ({
  field: { name: SAMPLE_WEIGHTS, role: 'target', dtype: 'f32', shape: [] },
  stored: loss,
});

export function columnOf({ columns }: Prepared['table'], name: string): DataColumn | undefined {
  return columns.find(({ field }) => field.name === name);
}

/** Throws InputError with all errors where there is one. */
export function withoutErrors(analysis: Analysis): Analysis {
  const [first, ...others] = analysis.problems.filter((problem) => problem.severity === 'error');
  if (first) throw new InputError([first, ...others]);
  return analysis;
}
