/**
 * Pictures that somebody brings along, made what the pictures of a run were: its size, channels and fit, without
 * augmentation. Decoding is the host's, in a process of its own; scaling the engine's, as for every sample.
 */
import { channelsFirst, type Fit, type PictureTarget } from '#engine/datasets/index.ts';
import type { FieldRef, Head } from '#engine/check/heads.ts';
import { inputError, type NetworkDocument } from '#engine/ir/index.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import {
  answerCells,
  classesOf,
  MOST_PROBABILITIES,
  type OwnSamples,
  toldAnswer,
  valuesOf,
} from './answers.ts';
import { isPictureShape } from './pictureShape.ts';

/** One that was read, or the reason why not. */
export interface OwnPicture {
  readonly name: string;
  /** u8 `[H, W, C]`, of the size that was asked for. */
  readonly pixels: Uint8Array;
}

const FITS: readonly string[] = ['crop', 'pad', 'stretch'] satisfies readonly Fit[];
const WHITE = 255;

/** The field that takes pictures; throws InputError where none does. */
export function pictureField(fields: readonly FieldRef[], path: string): FieldRef {
  const found = fields.find(({ field }) => isPictureShape(field.shape));
  if (found) return found;
  throw inputError('predict.no-pictures', 'This network takes no pictures.', {
    path,
    explanation: `It takes ${fields.map(({ field }) => `${field.name} of ${field.shape.join('×')}`).join(', ')}.`,
  });
}

/** As the source of the run makes its own; where that knows no fit, as folders of pictures do by themselves. */
export function pictureTarget(
  { nodes }: NetworkDocument,
  { node, field }: FieldRef,
): PictureTarget {
  const [channels = 1, height = 1, width = 1] = field.shape;
  const { source, options } = nodes.find(({ id }) => id === node)?.attrs ?? {};
  const isFolder = typeof source === 'string' && source.startsWith('images:');
  const fit = isFolder ? (options as { readonly fit?: unknown } | undefined)?.fit : undefined;
  return {
    ...{ channels: channels === 1 ? 1 : 3, height, width },
    fit: typeof fit === 'string' && FITS.includes(fit) ? (fit as Fit) : 'crop',
  };
}

/** What pictures are told apart by, where a head learned that. */
export function labelOf(heads: readonly Head[]): OwnSamples['target'] {
  const label = heads.find(({ targetField }) => targetField?.field.role === 'label')?.targetField;
  if (!label) return null;
  const classes = classesOf(label.field);
  return { name: label.field.name, ...(classes && { classes }) };
}

export interface PictureWish {
  /** Dark on light, where the network learned light on dark. */
  readonly invert?: boolean;
  /** What could not be read, a sentence each. */
  readonly notes?: readonly string[];
}

export function pictureSamples(
  pictures: readonly OwnPicture[],
  { field }: FieldRef,
  { invert = false, notes = [] }: PictureWish = {},
  label: OwnSamples['target'] = null,
): OwnSamples {
  const size = elementCount(field.shape);
  const [channels = 1] = field.shape;
  const data = new Float32Array(pictures.length * size);
  const stored = new Uint8Array(size);
  pictures.forEach(({ pixels }, i) => {
    channelsFirst(pixels, channels, stored);
    data.set(invert ? stored.map((value) => WHITE - value) : stored, i * size);
  });
  const name = label?.name ?? 'class';
  return {
    inputs: [{ name: field.name, shape: [pictures.length, ...field.shape], data }],
    rows: [...pictures.keys()],
    ...{ notes, target: label },
    told: (answers, sample) =>
      answers.map((answer) =>
        toldAnswer(answer, sample, {
          name: answer.isTarget ? name : answer.output.loss,
          ...(answer.classes && { classes: answer.classes }),
        }),
      ),
    answered(answers) {
      const parts = answers.map(({ output, classes }) => {
        const width = output.data.length / Math.max(1, pictures.length);
        // A network may have room for more classes than its data has.
        const known =
          classes && (width === 1 || width >= classes.length)
            ? Array.from(
                { length: Math.max(width, classes.length) },
                (_, i) => classes[i] ?? String(i),
              )
            : undefined;
        const shown = known && width > 1 && width <= MOST_PROBABILITIES ? known : [];
        const suffix = answers.length > 1 ? ` (${output.loss})` : '';
        return {
          names: known
            ? [`predicted ${name}${suffix}`, ...shown.map((each) => `p(${each})${suffix}`)]
            : Array.from(
                { length: width },
                (_, i) => `predicted${suffix}${i > 0 ? ` ${i + 1}` : ''}`,
              ),
          cells: (row: number): readonly string[] =>
            answerCells(valuesOf(output, row), known, 1, shown.length > 0),
        };
      });
      return {
        names: ['picture', ...parts.flatMap((part) => part.names)],
        rows: pictures.map((picture, row) => [
          picture.name,
          ...parts.flatMap((part) => part.cells(row)),
        ]),
      };
    },
  };
}
