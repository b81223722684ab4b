/** A Keras model: code that people read, and weights in Keras's order. */
import { ANSWER_OPTIONS, idleAnswerOptions } from '../answerOptions.ts';
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
  options: ANSWER_OPTIONS,
  takesRawInputs: ({ standardise }) => standardise,
  activates: ({ activate }) => activate,
  answersInUnits: ({ units }) => units,
  idleOptions: idleAnswerOptions,
  write: (source, options, context) => writeKeras(source, options, context),
});
