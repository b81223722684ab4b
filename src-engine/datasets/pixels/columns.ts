/** Which columns of a table are pixels, and which one says what a picture shows. */
import { inputError } from '#engine/ir/problem.ts';
import { factsOfColumn } from '../table/choice.ts';
import { findColumn, listed } from '../table/columns.ts';
import type { RawTable } from '../table/rawTable.ts';
import { MAX_CLASSES } from '../table/target.ts';
import type { PixelOptions } from './options.ts';
import { pictureShape, type PictureShape } from './shape.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

export interface PixelColumns {
  /** In the order of the file. */
  readonly pixels: readonly number[];
  readonly shape: PictureShape;
  readonly target: number | null;
  readonly notes: readonly string[];
}

/** `pixel0`, `px_12`, `28x28`, `p3_4`, `7`, and what a column without a name is called. */
export const pixelNames =
  /^(pixels?|px|pix|p|x|v|f|c|col|column|feature|attr)?[\s_.-]*\d+([\s_.x-]\d+)*$/i;

/** `taken`: columns that say something else of each row. */
export async function pixelColumns(
  raw: RawTable,
  options: PixelOptions,
  taken: ReadonlySet<number>,
): Promise<PixelColumns> {
  const { names } = raw;
  const asked = options.targetKind === 'none' ? null : findColumn(raw, options.target, 'target');
  const left = new Set(options.ignore.split(',').map((name) => findColumn(raw, name, 'ignore')));
  const rest = [...names.keys()].filter(
    (index) => index !== asked && !left.has(index) && !taken.has(index),
  );
  const named = rest.filter((index) => pixelNames.test(names[index] ?? ''));
  const others = rest.filter((index) => !named.includes(index));
  const isGuessed = asked === null && options.targetKind !== 'none';

  const whole = pictureShape(named.length, options);
  if (whole && others.length > 0) {
    const [label, ...more] = others;
    if (isGuessed && more.length > 0) throw whichLabel(raw, others);
    const idle = isGuessed ? [] : others;
    return {
      ...{ pixels: named, shape: whole, target: isGuessed ? (label ?? null) : asked },
      notes: [
        ...(isGuessed
          ? [
              `The label is ${names[label ?? 0] ?? ''}, the only column that is not called as a pixel.`,
            ]
          : []),
        ...(idle.length > 0 ? [`No pixels: ${listed(idle.map((i) => names[i] ?? ''))}.`] : []),
      ],
    };
  }
  const all = pictureShape(rest.length, options);
  if (all) return { pixels: rest, shape: all, target: asked, notes: [] };
  const without = pictureShape(rest.length - 1, options);
  if (!isGuessed || !without) throw noPicture(raw, rest, options);
  const [first = 0, last = 0] = [rest[0], rest.at(-1)];
  const isPixel = async (index: number): Promise<boolean> =>
    factsOfColumn(await raw.column(index, MAX_CLASSES), raw.rowCount).isConstant();
  // Corners of pictures are often empty.
  const target = (await isPixel(first)) && !(await isPixel(last)) ? last : first;
  return {
    ...{ pixels: rest.filter((index) => index !== target), shape: without, target },
    notes: [
      `The label is taken to be ${names[target] ?? ''}: without it the columns are ${without.channels}×${without.height}×${without.width} pixels.`,
    ],
  };
}

const whichLabel = (raw: RawTable, others: readonly number[]): Error =>
  inputError('pixels.which-label', 'Several columns may be the label of a picture.', {
    path: `${raw.path}, option target`,
    explanation: `Name one of them, or leave others out with the option "ignore": ${listed(others.map((index) => raw.names[index] ?? ''))}.`,
  });

function noPicture(raw: RawTable, rest: readonly number[], options: PixelOptions): Error {
  const size = [options.height, options.width].map((side) => (side > 0 ? String(side) : '?'));
  const isAsked = options.height > 0 || options.width > 0;
  return inputError(
    'pixels.shape',
    `${formatInteger(rest.length)} columns are no picture${isAsked ? ` of ${size.join('×')} pixels` : ''}.`,
    {
      path: raw.path,
      explanation:
        'A square one has 784 (28×28) or 3072 (3×32×32), for instance: give the options "height" and "width" of others, and name columns that are no pixels in "ignore".',
    },
  );
}
