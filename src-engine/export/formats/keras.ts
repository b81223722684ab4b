/** A Keras model: code that people read, and weights in Keras's order. */
import { defineModelFormat } from '../define.ts';
import { writeKeras } from '../keras/index.ts';

export default defineModelFormat({
  id: 'keras',
  order: 6,
  label: 'Keras model',
  doc: 'code and weights for Keras 3',
  extension: 'zip',
  isFolder: true,
  mediaType: 'application/zip',
  options: {
    standardise: {
      kind: 'bool',
      default: true,
      help: 'The model scales its inputs itself and takes the numbers of the data.',
    },
    activate: {
      kind: 'bool',
      label: 'Probabilities',
      default: false,
      help: 'Softmax or sigmoid at the end, where the loss applies it in training.',
    },
    units: {
      kind: 'bool',
      label: 'Units of the data',
      default: true,
      help: 'Numbers are answered as the data has them, where its target was scaled.',
    },
  },
  takesRawInputs: ({ standardise }) => standardise,
  activates: ({ activate }) => activate,
  answersInUnits: ({ units }) => units,
  write: (source, options, context) => writeKeras(source, options, context),
});
