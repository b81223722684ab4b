/** Everything in one text that opens here again. */
import { defineModelFormat } from '../define.ts';
import { writeModelJson } from '../modelJson.ts';

export default defineModelFormat({
  id: 'json',
  order: 3,
  label: 'Netloom JSON',
  doc: 'graph, settings and weights',
  extension: 'model.json',
  mediaType: 'application/json',
  options: {
    numbers: {
      kind: 'choice',
      default: 'base64',
      options: ['base64', 'decimal'],
      optionLabels: { base64: 'Base64', decimal: 'Numbers' },
      help: 'Weights as short text for computers, or as numbers that people can read; both are exact.',
    },
  },
  write: ({ document, tensors, dataMetadata }, { numbers }, { metadata }) => ({
    bytes: writeModelJson(
      { document, tensors, metadata: { ...metadata, ...dataMetadata } },
      numbers,
    ),
    notes: [
      'netloom import makes a project and its weights of it; both answer bit for bit as here.',
    ],
  }),
});
