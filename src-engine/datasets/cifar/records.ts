/**
 * Records of CIFAR's binary version: one label (CIFAR-10) or a coarse and a fine one (CIFAR-100), then 1024 red, 1024
 * green and 1024 blue pixels, row by row. Reference: https://www.cs.toronto.edu/~kriz/cifar.html
 */
import { inputError } from '#engine/ir/problem.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

export const SIDE = 32;
const PIXELS = 3 * SIDE * SIDE;

export interface CifarKind {
  readonly name: string;
  readonly recordBytes: number;
  readonly labelBytes: number;
  readonly classes: number;
  readonly groups: number;
  readonly names: readonly string[];
}
export const CIFAR10: CifarKind = {
  ...{ name: 'CIFAR-10', recordBytes: 1 + PIXELS, labelBytes: 1, classes: 10, groups: 10 },
  names: [
    ...['airplane', 'automobile', 'bird', 'cat', 'deer'],
    ...['dog', 'frog', 'horse', 'ship', 'truck'],
  ],
};
export const CIFAR100: CifarKind = {
  ...{ name: 'CIFAR-100', recordBytes: 2 + PIXELS, labelBytes: 2, classes: 100, groups: 20 },
  names: [],
};

export interface CifarPart {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Of both splits; throws InputError with the byte where a file cannot be what it should. */
export function joinRecords(parts: readonly CifarPart[], isFine: boolean) {
  const [first] = parts;
  if (!first) throw new Error('no parts');
  const kind = kindOf(first);
  const total = parts.reduce((sum, { bytes }) => sum + bytes.length, 0) / kind.recordBytes;
  const pixels = new Uint8Array(Math.ceil(total) * PIXELS);
  const labels = new Int32Array(Math.ceil(total));
  let row = 0;
  for (const { path, bytes } of parts) {
    const rest = bytes.length % kind.recordBytes;
    if (rest !== 0 || bytes.length === 0) throw wrongLength(path, bytes.length, kind);
    for (let at = 0; at < bytes.length; at += kind.recordBytes, row++) {
      const isSecond = isFine && kind.labelBytes === 2;
      const label = bytes[at + (isSecond ? 1 : 0)] ?? 0;
      const most = kind.labelBytes === 2 && !isFine ? kind.groups : kind.classes;
      if (label >= most) {
        throw inputError(
          'cifar.label',
          `The label ${label} is none of ${most} classes of ${kind.name}.`,
          { path: `${path}, byte ${at + (isSecond ? 1 : 0)}` },
        );
      }
      labels[row] = label;
      const from = at + kind.labelBytes;
      pixels.set(bytes.subarray(from, from + PIXELS), row * PIXELS);
    }
  }
  return { pixels, labels, kind };
}

function kindOf({ path, bytes }: CifarPart): CifarKind {
  const fits = [CIFAR10, CIFAR100].filter(
    ({ recordBytes }) => bytes.length > 0 && bytes.length % recordBytes === 0,
  );
  const [kind] = fits;
  if (!kind) throw wrongLength(path, bytes.length, CIFAR10);
  // Of both lengths: then it is the one whose labels all are classes.
  if (fits.length === 2 && !hasLabels(bytes, CIFAR10)) return CIFAR100;
  return kind;
}

function hasLabels(bytes: Uint8Array, { recordBytes, classes }: CifarKind): boolean {
  for (let at = 0; at < bytes.length; at += recordBytes) {
    if ((bytes[at] ?? 0) >= classes) return false;
  }
  return true;
}

function wrongLength(path: string, bytes: number, { name, recordBytes }: CifarKind): Error {
  const whole = Math.floor(bytes / recordBytes);
  return inputError(
    'cifar.length',
    `The file has ${formatInteger(bytes)} bytes, which are no whole records of ${name}.`,
    {
      path: `${path}, byte ${whole * recordBytes}`,
      explanation: `Records have ${CIFAR10.recordBytes} bytes in CIFAR-10 and ${CIFAR100.recordBytes} in CIFAR-100; this is another file, or it is cut off.`,
    },
  );
}
