/**
 * Where samples enter the graph: one output per field of a data source. Reads nothing itself; the
 * training loop gathers the rows of the current batch. The fields are cached in the document, so that
 * shapes are known before (and without) the data.
 */
import type { DataField } from '../ir/attrs.ts';
import { BATCH, formatShape } from '../ir/tensor.ts';
import { AUGMENT_SCHEMAS } from '../augment/index.ts';
import { defineLayer } from './define.ts';

export default defineLayer({
  type: 'Data',
  label: 'Data',
  category: 'Data',
  role: 'data',
  doc: 'Delivers the samples of a data set, one batch after another: an output for each field, such as image and label.',
  keywords: ['input', 'dataset', 'source', 'mnist', 'digits', 'csv', 'images', 'label', 'target'],
  idPrefix: 'data',
  attrs: {
    source: {
      kind: 'source',
      default: 'digits',
      help: 'A built-in data set by name, or files: images:FOLDER, idx:FOLDER, csv:FILE.',
    },
    options: {
      kind: 'options',
      default: {},
      help: 'Settings of the source, such as how many samples a generator makes.',
    },
    fields: {
      kind: 'fields',
      default: [],
      hidden: true,
      help: 'The fields the source offers, remembered so that shapes are known without reading it.',
    },
    normalise: {
      kind: 'choice',
      default: 'auto',
      options: ['auto', 'none', 'unit', 'standardise'],
      optionLabels: {
        auto: 'Automatic',
        none: 'None',
        unit: 'To 0..1',
        standardise: 'Mean 0, deviation 1',
      },
      help: 'How inputs are scaled, measured on the training part alone. Automatic takes 0..1 for images and mean 0, deviation 1 for features. Labels and targets stay as they are.',
    },
    augment: {
      kind: 'steps',
      label: 'Augmentation',
      default: [],
      steps: AUGMENT_SCHEMAS,
      help: 'What is done to training pictures, anew in every epoch: the network sees more of what a picture may look like. Validation, test and predictions see pictures as they are.',
    },
  },
  ports: ({ fields }) => ({ in: [], out: fields.map((field) => field.name) }),
  summary({ source, fields }) {
    const input = fields.find((field) => field.role === 'input');
    const label = fields.find((field) => field.role === 'label');
    const parts = [
      input && (input.shape.length === 0 ? '1 feature' : sampleText(input)),
      label?.classes !== undefined && `${label.classes} classes`,
    ].filter((part) => typeof part === 'string');
    return parts.length > 0 ? parts.join(', ') : source;
  },
  infer: (_x, { fields }) =>
    fields.map(({ dtype, shape, classes }) => ({
      dtype,
      shape: [BATCH, ...shape],
      ...(classes === undefined ? {} : { classes }),
    })),
  lower: (g, _x, { fields }) => fields.map((field) => g.batchField(field.name)),
  check(_x, { source, fields, augment }) {
    const isAugmented = augment.some(({ off }) => off !== true);
    if (isAugmented && fields.length > 0 && !fields.some(isPicture)) {
      return [
        {
          code: 'data.no-pictures',
          severity: 'error',
          path: 'attrs.augment',
          message: `${source} has no pictures to augment.`,
          explanation:
            'Augmentation is for inputs of the shape [channels, height, width]. Switch its steps off, or remove them.',
        },
      ];
    }
    return fields.length > 0
      ? []
      : [
          {
            code: 'data.unresolved',
            severity: 'error',
            path: 'attrs.fields',
            message: `What ${source} contains is not known yet.`,
            explanation: 'Its fields are read when the source is opened; shapes follow from them.',
          },
        ];
  },
});

const isPicture = ({ role, shape }: DataField): boolean => role === 'input' && shape.length === 3;

function sampleText({ shape, dtype }: DataField): string {
  if (shape.length === 1 && dtype === 'i32')
    return `${shape[0]} ${shape[0] === 1 ? 'index' : 'indices'}`;
  if (shape.length === 1) return `${shape[0]} feature${shape[0] === 1 ? '' : 's'}`;
  return formatShape(shape.length === 3 && shape[0] === 1 ? shape.slice(1) : shape);
}
