/** ONNX, which every runtime reads. */
import type { ForwardOutput } from '#engine/compile/forward.ts';
import { inputError } from '#engine/ir/problem.ts';
import { parseFittedData } from '#engine/training/fittedData.ts';
import { ANSWER_OPTIONS, idleAnswerOptions } from '../answerOptions.ts';
import { classifierOf } from '../classifiers.ts';
import { defineModelFormat, type TableColumns } from '../define.ts';
import type { NamedClasses } from '../onnx/classNames.ts';
import type { OnnxPrecision } from '../onnx/index.ts';
import { DEFAULT_OPSET, type Opset, OPSETS } from '../onnx/opsets.ts';
import { missingOperators } from '../onnx/recipeSteps.ts';
import { type ExportSource, fieldsOf } from '../source.ts';

export default defineModelFormat({
  id: 'onnx',
  order: 1,
  label: 'ONNX',
  doc: 'runs anywhere',
  extension: 'onnx',
  mediaType: 'application/octet-stream',
  options: {
    opset: {
      kind: 'choice',
      default: String(DEFAULT_OPSET),
      options: Object.keys(OPSETS),
      optionLabels: Object.fromEntries(
        Object.entries(OPSETS).map(([opset, ir]) => [opset, `${opset}, IR version ${ir}`]),
      ),
      help: 'Which operators there are. Older runtimes read older ones.',
    },
    precision: {
      kind: 'choice',
      default: 'float32',
      options: ['float32', 'float16', 'int8'],
      help: 'float16 is half as large; int8 about a quarter: eight bits for the weights of products and what goes into them, their ranges measured on training samples. What either costs is measured.',
    },
    batch: {
      kind: 'int',
      label: 'Batch size',
      default: 0,
      min: 0,
      max: 65_536,
      zero: 'Any, named N',
      help: 'How many samples at once; 0 for any number.',
    },
    ...ANSWER_OPTIONS,
    classNames: {
      kind: 'bool',
      default: false,
      help: 'Answers the most likely class by its name, too.',
    },
    columns: {
      kind: 'bool',
      label: 'Table columns',
      default: false,
      help: 'Takes the columns of the table by their names, words as words, and encodes them itself.',
    },
    foldBatchNorm: {
      kind: 'bool',
      label: 'Fold BatchNorm',
      default: false,
      help: 'Batch norm after a product becomes part of its weights; with int8 it always does.',
    },
  },
  isProven: true,
  takesRawInputs: ({ standardise, columns }) => standardise || columns,
  activates: ({ activate }) => activate,
  answersInUnits: ({ units }) => units,
  precisionOf: ({ precision }) => precision,
  idleOptions: (source, outputs) => [
    ...idleAnswerOptions(source),
    ...(namedClasses(source, outputs).length > 0 ? [] : (['classNames'] as const)),
    ...(fittedTable(source) ? [] : (['columns'] as const)),
  ],
  async write(source, options, context) {
    // With the schema of the file, which nobody needs before.
    const { calibrationFile, exportOnnx } = await import('../onnx/index.ts');
    const { opset, batch, standardise, foldBatchNorm, precision } = options;
    const { document, analysis, tensors } = source;
    // Cells are not scaled by whoever gives them.
    const binding =
      standardise || options.columns
        ? source.binding
        : new Map(
            [...source.binding].map(([name, bound]) => [
              name,
              bound.field.role === 'input' ? { ...bound, normalisation: null } : bound,
            ]),
          );
    const { columns, notes: columnNotes } = options.columns
      ? tableColumns(source)
      : { columns: null, notes: readingNotes(source) };
    const request = (chosen: OnnxPrecision) => ({
      ...{ document, analysis, binding, tensors, ...context },
      classNames: options.classNames ? namedClasses(source, context.outputs) : [],
      columns,
      options: {
        // One of the choices.
        opset: Number(opset) as Opset,
        batch: batch === 0 ? null : batch,
        foldBatchNorm: foldBatchNorm || chosen.kind === 'int8',
        precision: chosen,
      },
    });
    if (precision !== 'int8') {
      const file = exportOnnx(request({ kind: precision }));
      return { bytes: file.bytes, notes: [...columnNotes, ...file.notes], runnable: file };
    }
    const unknown = { kind: 'int8', ranges: new Map() } as const;
    const { ranges, samples } = await context.calibrate(
      // Cells of samples are not kept; its ranges are those of the network behind them.
      calibrationFile(columns?.recipe ? { ...request(unknown), columns: null } : request(unknown)),
    );
    const file = exportOnnx(request({ kind: 'int8', ranges }));
    const note = `Ranges of eight bits were measured on ${samples} training samples.`;
    return { bytes: file.bytes, notes: [note, ...columnNotes, ...file.notes], runnable: file };
  },
});

/** Of every output that tells apart classes with names. */
function namedClasses(
  { analysis }: ExportSource,
  outputs: readonly ForwardOutput[],
): readonly NamedClasses[] {
  const all = outputs.flatMap((output): NamedClasses[] => {
    const { head, threshold } = classifierOf(analysis, output) ?? {};
    const names = head?.targetField?.field.classNames;
    if (!head || threshold === undefined || !names) return [];
    return [{ scores: output.name, names, threshold, output: `${head.loss}.class` }];
  });
  const [only] = all;
  return only && all.length === 1 ? [{ ...only, output: 'class' }] : all;
}

const fittedTable = ({ dataMetadata }: ExportSource) =>
  parseFittedData(dataMetadata, 'weights')?.table;

/** What stays with whoever calls: no operators cut texts or tables into samples. */
function readingNotes({ dataMetadata }: ExportSource): readonly string[] {
  const reading = parseFittedData(dataMetadata, 'weights')?.reading;
  if (!reading) return [];
  if (reading.kind === 'windows') {
    return ['The file takes windows of a series as Netloom cuts and scales them.'];
  }
  const taken = reading.output === 'bag' ? 'bags of tokens' : 'indices of tokens';
  return [
    `The file takes ${taken}: cutting texts into tokens has no operators. A PyTorch project has \`text.py\`, which does it.`,
  ];
}

/** Null with why, where the recipe has steps without operators: then the file takes what they make. */
function tableColumns(source: ExportSource): {
  readonly columns: TableColumns | null;
  readonly notes: readonly string[];
} {
  const { analysis } = source;
  const table = fittedTable(source);
  const field = fieldsOf(analysis).find(({ role }) => role === 'input');
  if (!table || !field) {
    throw inputError('export.no-table', 'The network did not learn from the columns of a table.', {
      path: 'columns',
      explanation: 'Its inputs are taken as the data has them.',
    });
  }
  const reasons = table.recipe ? missingOperators(table.recipe) : [];
  if (reasons.length > 0) {
    const note =
      'The file takes encoded features, not columns: its recipe has steps without operators.';
    return { columns: null, notes: [note, ...reasons] };
  }
  const { features, means, recipe } = table;
  const columns = { field: field.name, features, means, ...(recipe && { recipe }) };
  return { columns, notes: [] };
}
