/** What can be asked of a model that computes on its own: in which numbers it takes samples and answers. */
import { scalingOf } from '../compile/heads.ts';
import type { AttrSchema } from '../ir/attrs.ts';
import type { ExportSource } from './source.ts';

export const ANSWER_OPTIONS = {
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
} as const satisfies AttrSchema;

/** Those that change nothing of this network. */
export const idleAnswerOptions = (
  source: ExportSource,
): readonly (keyof typeof ANSWER_OPTIONS)[] => [
  ...(isScaled(source, 'input') ? [] : (['standardise'] as const)),
  ...(tellsScores(source) ? [] : (['activate'] as const)),
  ...(isScaled(source, 'target') ? [] : (['units'] as const)),
];

const isScaled = ({ binding }: ExportSource, role: 'input' | 'target'): boolean =>
  [...binding.values()].some((bound) => bound.field.role === role && scalingOf(bound) !== null);

/** A loss that takes raw scores applies what makes probabilities of them. */
const tellsScores = ({ analysis: { heads, nodes } }: ExportSource): boolean =>
  heads.some(({ loss }) => nodes.get(loss)?.definition?.takesScores !== undefined);
