/** Between the numbers of the data and those of the network, as layers of the model. */
import type { ForwardOutput } from '#engine/compile/forward.ts';
import type { DataBinding, Normalisation } from '#engine/compile/binding.ts';
import { scalingOf } from '#engine/compile/heads.ts';
import { inputError } from '#engine/ir/problem.ts';
import type { DataField } from '#engine/ir/attrs.ts';
import type { PortRef } from '#engine/ir/document.ts';
import type { FolderEntry } from '../define.ts';
import type { StoredArray } from '../npy.ts';
import { archive } from '../python/archive.ts';
import { callOf, text } from '../python/text.ts';
import { channelsArgument, outerLayout } from './layouts.ts';

/** More numbers than this stand in a file of their own. */
const MOST_LITERALS = 6;
/** Keras divides by no deviation below this. */
const LEAST_DEVIATION = 1e-7;

/** An input whose numbers are scaled before the network takes them. */
export interface ScaledField {
  readonly ref: PortRef;
  readonly field: DataField;
  readonly normalisation: Normalisation;
  /** As the model calls it. */
  readonly name: string;
}

export const SCALING_FILE = 'weights/scaling.npz';
const isLong = ({ shift }: Normalisation): boolean => shift.length > MOST_LITERALS;
const variances = ({ scale }: Normalisation): readonly number[] =>
  scale.map((each) => 1 / each ** 2);

/** The layer that scales it: `layers.Rescaling(1 / 255, name="scale_image")`. */
export function scalingLayer({ field, normalisation, name }: ScaledField, layer: string): string {
  const { shift, scale } = normalisation;
  const [moved = 0, factor = 1] = [shift[0], scale[0]];
  const named = `name=${text(layer)}`;
  if (shift.length === 1 && moved === 0) return callOf('layers.Rescaling', share(factor), named);
  if (scale.some((each) => 1 / each <= LEAST_DEVIATION)) {
    throw inputError(
      'export.no-keras',
      `${field.name} is divided by less than ${LEAST_DEVIATION}, which Keras takes for zero.`,
      { path: 'standardise', explanation: 'Leave scaling to whoever uses the model.' },
    );
  }
  const shape = ['N', ...field.shape] as const;
  const axisArgument =
    shift.length === 1 ? 'axis=None' : channelsArgument(outerLayout(shape), shape);
  const numbers = (key: 'mean' | 'variance', values: readonly number[]): string => {
    if (isLong(normalisation)) return `${key}=SCALING[${text(`${name}_${key}`)}]`;
    return `${key}=${values.length === 1 ? values[0] : `[${values.join(', ')}]`}`;
  };
  return callOf(
    'layers.Normalization',
    axisArgument,
    numbers('mean', shift),
    numbers('variance', variances(normalisation)),
    named,
  );
}

/** `1 / 255` rather than 0.00392156862745098. */
function share(factor: number): string {
  const whole = Math.round(1 / factor);
  return whole > 1 && 1 / whole === factor ? `1 / ${whole}` : `${factor}`;
}

/** Numbers that are too many for the code; null where there are none. */
export function scalingFile(fields: readonly ScaledField[]): FolderEntry | null {
  const long = fields.filter(({ normalisation }) => isLong(normalisation));
  if (long.length === 0) return null;
  const arrays = long.flatMap(({ name, normalisation }) => {
    const stored = (key: string, values: readonly number[]): [string, StoredArray] => [
      `${name}_${key}`,
      { shape: [values.length], data: Float32Array.from(values) },
    ];
    return [stored('mean', normalisation.shift), stored('variance', variances(normalisation))];
  });
  return archive(SCALING_FILE, Object.fromEntries(arrays));
}

/** In Python, for whoever scales an input: `image / 255`. */
export function scalingInWords(name: string, { shift, scale }: Normalisation): string {
  if (shift.length > 1)
    return `each of its ${shift.length} channels or features by numbers of its own`;
  const [moved = 0, factor = 1] = [shift[0], scale[0]];
  return `\`${moved === 0 ? name : `(${name} - ${moved})`} * ${share(factor).replace(/(.*\/.*)/, '($1)')}\``;
}

/** What of `y / scale + shift` a layer is made with; null: it is in the units of the data already. */
export function unitsArguments(
  binding: DataBinding,
  { inUnitsOf: head }: ForwardOutput,
): readonly string[] | null {
  const bound = head?.targetField ? binding.get(head.targetField.field.name) : undefined;
  const scaling = bound && scalingOf(bound);
  if (!scaling) return null;
  const list = (values: readonly number[]): string =>
    values.length === 1 ? `${values[0]}` : `[${values.join(', ')}]`;
  return [list(scaling.scale.map((each) => 1 / each)), `offset=${list(scaling.shift)}`];
}
