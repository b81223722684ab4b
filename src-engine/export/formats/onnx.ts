/** ONNX, which every runtime reads. */
import { defineModelFormat } from '../define.ts';
import { DEFAULT_OPSET, exportOnnx, OPSETS, type Opset } from '../onnx/index.ts';

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
      help: 'Batch norm after a product becomes part of its weights.',
    },
  },
  isProven: true,
  takesRawInputs: ({ standardise }) => standardise,
  activates: ({ activate }) => activate,
  write(source, { opset, batch, standardise, foldBatchNorm }, context) {
    const { document, analysis, tensors } = source;
    const binding = standardise
      ? source.binding
      : new Map(
          [...source.binding].map(([name, bound]) => [name, { ...bound, normalisation: null }]),
        );
    const file = exportOnnx({
      ...{ document, analysis, binding, tensors, ...context },
      options: {
        // One of the choices.
        opset: Number(opset) as Opset,
        batch: batch === 0 ? null : batch,
        foldBatchNorm,
      },
    });
    return { bytes: file.bytes, notes: [], onnx: file };
  },
});
