/**
 * augment.py: the steps of augmentation over batches of PyTorch, each in its own Python. What it draws is PyTorch's; by
 * which distributions is the steps' affair, and tested beside those here.
 */
import { mixes } from '#engine/augment/index.ts';
import type { Attr, AttrValue } from '#engine/ir/attrs.ts';
import type { Prepared } from '#engine/training/prepare.ts';
import { isClass, isPicture } from '#engine/training/dataKinds.ts';
import { snakeCase } from '../python/names.ts';
import { indented, text, wrapped } from '../python/text.ts';
import type { UsedField } from './data.ts';
import head from './files/augment.py?raw';
import changing from './files/augmentation.py?raw';
import mixing from './files/mixing.py?raw';

export const AUGMENT_MODULE = 'augment.py';
/** Of batches, beside the fields: what each sample counts for in the loss. No variable is called so. */
export const WEIGHTS_KEY = 'sample weights';

/** What training does to samples beyond taking them. */
export interface Treatment {
  /** The code of augment.py; null: pictures are taken as they are. */
  readonly augment: string | null;
  /** Labels become shares of classes. */
  readonly mixed: boolean;
  /** Samples count for more or less in the loss. */
  readonly weighed: boolean;
}
export const UNTREATED: Treatment = { augment: null, mixed: false, weighed: false };

export type Treated = Pick<Prepared, 'pipeline' | 'weights' | 'table'>;

/** `widthOf`: how many scores a field of classes is compared with. */
export function treatmentOf(
  { pipeline, weights, table }: Treated,
  fields: readonly UsedField[],
  widthOf: (field: string) => number | null,
): Treatment {
  const weighed = weights.loss !== null;
  const pictures = fields.filter(({ field }) => isPicture(field));
  if (pipeline.length === 0 || pictures.length === 0) return { ...UNTREATED, weighed };
  const mixed = mixes(pipeline);
  const whites = pictures.map(({ field: { name } }) => {
    const column = table.columns.find(({ field }) => field.name === name);
    return `${text(name)}: ${column?.stored instanceof Uint8Array ? '255.0' : '1.0'},`;
  });
  const classes = fields.flatMap(({ field }) =>
    isClass(field) ? [`${text(field.name)}: ${widthOf(field.name) ?? field.classes},`] : [],
  );
  const definitions = [...new Map(pipeline.map(({ step }) => [step.name, step.python])).values()];
  const mixers = new Set(pipeline.flatMap(({ step }) => ('mix' in step ? [step.name] : [])));
  const code = [
    head.trimEnd(),
    ...definitions.flatMap((python) => ['', '', python.trimEnd()]),
    ...['', '', '# In their order.', 'STEPS = ('],
    ...indented(
      pipeline.map(({ step, attrs }) => {
        const settings = Object.entries(attrs).map(([k, value]) => `${text(k)}: ${literal(value)}`);
        return `(${snakeCase(step.name)}, {${settings.join(', ')}}),`;
      }),
    ),
    ')',
    ...['# Fields that they change, and what white is in them.', 'PICTURES = {'],
    ...[...indented(whites), '}'],
    ...(mixed
      ? [
          `MIXING = (${[...mixers].map((name) => `${snakeCase(name)},`).join(' ')})`,
          ...['# Labels that are mixed, by how many scores they meet.', 'CLASSES = {'],
          ...[...indented(classes), '}', `WEIGHTS = ${text(WEIGHTS_KEY)}`],
        ]
      : []),
    ...['', '', (mixed ? mixing : changing).trimEnd()],
  ];
  return { augment: formatted(code), mixed, weighed };
}

/** A tuple of several loses the comma that one needs. */
const formatted = (lines: readonly string[]): string =>
  wrapped(lines).replace(/^(MIXING = \(.*,.*),\)$/m, '$1)');

const literal = (value: AttrValue<Attr>): string => {
  if (typeof value === 'string') return text(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return String(value);
  throw new Error('steps of augmentation have numbers, words and switches');
};

export const AUGMENT_NOTES: readonly string[] = [
  "Augmentation draws PyTorch's random numbers: other pictures than in Netloom, by the same distributions, and other losses with them.",
  'Where a row comes twice in an epoch, it is changed in two ways; in Netloom it is the same picture twice.',
];
