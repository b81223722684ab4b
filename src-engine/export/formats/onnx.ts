/** ONNX, which every runtime reads. */
import { defineModelFormat } from '../define.ts';
import {
  calibrationFile,
  DEFAULT_OPSET,
  exportOnnx,
  type OnnxPrecision,
  OPSETS,
  type Opset,
} from '../onnx/index.ts';

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
    standardise: {
      kind: 'bool',
      default: true,
      help: 'The file scales its inputs itself and takes the numbers of the data.',
    },
    activate: {
      kind: 'bool',
      label: 'Probabilities',
      default: false,
      help: 'Softmax or sigmoid at the end, where the loss applies it in training.',
    },
    foldBatchNorm: {
      kind: 'bool',
      label: 'Fold BatchNorm',
      default: false,
      help: 'Batch norm after a product becomes part of its weights; with int8 it always does.',
    },
  },
  isProven: true,
  takesRawInputs: ({ standardise }) => standardise,
  activates: ({ activate }) => activate,
  precisionOf: ({ precision }) => precision,
  async write(source, { opset, batch, standardise, foldBatchNorm, precision }, context) {
    const { document, analysis, tensors } = source;
    const binding = standardise
      ? source.binding
      : new Map(
          [...source.binding].map(([name, bound]) => [name, { ...bound, normalisation: null }]),
        );
    const request = (chosen: OnnxPrecision) => ({
      ...{ document, analysis, binding, tensors, ...context },
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
      return { bytes: file.bytes, notes: file.notes, onnx: file };
    }
    const unknown = { kind: 'int8', ranges: new Map() } as const;
    const { ranges, samples } = await context.calibrate(calibrationFile(request(unknown)));
    const file = exportOnnx(request({ kind: 'int8', ranges }));
    const note = `Ranges of eight bits were measured on ${samples} training samples.`;
    return { bytes: file.bytes, notes: [note, ...file.notes], onnx: file };
  },
});
