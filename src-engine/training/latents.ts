/**
 * The plane of a bottleneck: where samples lie by the first two numbers that they are squeezed into, and what is
 * rebuilt of points all over it. In evaluation mode, so that a point is where its sample is, and not near it.
 */
import type { LoadedProgram, TensorData } from '../backends/backend.ts';
import { own } from '../ir/record.ts';
import { elementCount } from '../ir/tensor.ts';
import type { LatentFrame } from '../protocol/run.ts';
import { EVALUATION_STEP } from './evaluate.ts';
import type { RunMemory } from './memory.ts';
import { fieldsIn, columnOf, type Prepared } from './prepare.ts';
import { valuesImage } from './samples.ts';

/** Points drawn; more would hide each other. */
const MOST_POINTS = 500;
/** Bytes of all pictures of a frame: fewer of them where they are large. */
const MOST_BYTES = 180_000;
const SIDE = { least: 4, most: 15 } as const;
/** So many of the points lie within the plane; single ones far away would make all others one spot. */
const SHARE_INSIDE = 0.98;
const MARGIN = 0.1;

type Image = { readonly channels: number; readonly height: number; readonly width: number };

/** Rows that are plotted: of data that is streamed only those are at hand that are shown anyway. */
export function plottedRows({ splits, streamed }: Prepared, shown: Int32Array): Int32Array {
  if (streamed) return shown;
  const { validation, train } = splits;
  return (validation.length > 0 ? validation : train).slice(0, MOST_POINTS);
}

/** What has to be compiled for it; nothing where the network has no bottleneck. */
export function codesShown(
  prepared: Prepared,
  shown: Int32Array,
): { readonly codes?: { readonly encoded: number; readonly decoded: number } } {
  if (!prepared.analysis.bottleneck) return {};
  const encoded = plottedRows(prepared, shown).length;
  return encoded === 0 ? {} : { codes: { encoded, decoded: sideOf(imageOf(prepared)) ** 2 } };
}

export class LatentReader {
  readonly #memory: RunMemory;
  readonly #programs: { readonly encode: LoadedProgram; readonly decode: LoadedProgram };
  readonly #prepared: Prepared;
  readonly #rows: Int32Array;
  readonly #labels: Pick<LatentFrame, 'classNames'> & { readonly label?: Uint8Array };

  constructor(
    memory: RunMemory,
    programs: { readonly encode: LoadedProgram; readonly decode: LoadedProgram },
    prepared: Prepared,
    rows: Int32Array,
  ) {
    this.#memory = memory;
    this.#programs = programs;
    this.#prepared = prepared;
    this.#rows = rows;
    this.#labels = labelsOf(prepared, rows);
  }

  async frame(step: number, seed: number): Promise<LatentFrame | null> {
    const { bottleneck } = this.#prepared.analysis;
    if (!bottleneck) return null;
    const { encode } = this.#programs;
    this.#memory.writeRandom(seed, EVALUATION_STEP);
    this.#memory.writeRows(this.#rows);
    this.#memory.session.run(encode);
    const codes = await this.#read(encode, 'code');
    if (!codes) return null;
    const { width } = bottleneck;
    const along = (axis: number): Float32Array =>
      Float32Array.from(this.#rows, (_, i) => codes[i * width + axis] ?? NaN);
    const [x, y] = [along(0), along(1)];
    const [[xMin, xMax], [yMin, yMax]] = [boundsOf(x), boundsOf(y)];
    const bounds = { xMin, xMax, yMin, yMax };
    const means = Array.from({ length: width }, (_, axis) => meanOf(along(axis)));
    const decoded = await this.#decoded(bounds, means);
    const { label, classNames } = this.#labels;
    return {
      ...{ step, node: bottleneck.from.node, width, ...bounds },
      points: { x, y, ...(label && { label }) },
      ...(classNames && { classNames }),
      ...(decoded && { decoded }),
    };
  }

  async #decoded(
    { xMin, xMax, yMin, yMax }: Pick<LatentFrame, 'xMin' | 'xMax' | 'yMin' | 'yMax'>,
    means: readonly number[],
  ): Promise<LatentFrame['decoded'] | null> {
    const image = imageOf(this.#prepared);
    const { bottleneck } = this.#prepared.analysis;
    if (!image || !bottleneck) return null;
    const side = sideOf(image);
    const cells = side ** 2;
    const grid = new Float32Array(cells * means.length);
    for (let cell = 0; cell < cells; cell++) {
      grid.set(means, cell * means.length);
      const across = ((cell % side) + 0.5) / side;
      const up = (Math.floor(cell / side) + 0.5) / side;
      grid[cell * means.length] = xMin + (xMax - xMin) * across;
      grid[cell * means.length + 1] = yMin + (yMax - yMin) * up;
    }
    const { decode } = this.#programs;
    this.#memory.writeCode(bottleneck.from, [cells, means.length], grid);
    this.#memory.session.run(decode);
    const values = await this.#read(decode, 'decoded');
    const bound = this.#prepared.binding.get(image.name);
    if (!bound || values?.length !== cells * image.size) return null;
    const pixels = new Uint8Array(values.length);
    for (let cell = 0; cell < cells; cell++) {
      const part = values.slice(cell * image.size, (cell + 1) * image.size);
      pixels.set(valuesImage(part, bound).pixels, cell * image.size);
    }
    const { channels, height, width } = image;
    return { side, channels, height, width, pixels };
  }

  async #read({ program }: LoadedProgram, name: string): Promise<TensorData | null> {
    const ref = own(program.outputs, name);
    return ref ? this.#memory.session.read(ref) : null;
  }
}

/** What is rebuilt, where that is a picture. */
function imageOf({
  analysis,
}: Prepared): (Image & { readonly name: string; readonly size: number }) | null {
  const head = analysis.heads.find(({ loss }) => loss === analysis.bottleneck?.loss);
  const field = head?.targetField?.field;
  if (!field || field.shape.length !== 3) return null;
  const [channels = 1, height = 1, width = 1] = field.shape;
  return { name: field.name, size: elementCount(field.shape), channels, height, width };
}

const sideOf = (image: { readonly size: number } | null): number =>
  image === null
    ? 1
    : Math.max(SIDE.least, Math.min(SIDE.most, Math.floor(Math.sqrt(MOST_BYTES / image.size))));

function labelsOf(prepared: Prepared, rows: Int32Array) {
  const field = fieldsIn(prepared.table).find(
    ({ role, shape }) => role === 'label' && shape.length === 0,
  );
  const stored = field && columnOf(prepared.table, field.name)?.stored;
  if (!field || !stored || stored.length === 0) return {};
  const { classNames } = field;
  return {
    label: Uint8Array.from(rows, (row) => stored[row] ?? 0),
    ...(classNames && { classNames }),
  };
}

function meanOf(values: Float32Array): number {
  const finite = values.filter(Number.isFinite);
  return finite.reduce((sum, value) => sum + value, 0) / Math.max(1, finite.length);
}

/** Around nearly all of the values, and rounded outwards, so that the plane does not tremble from frame to frame. */
function boundsOf(values: Float32Array): readonly [number, number] {
  const sorted = values.filter(Number.isFinite).sort();
  const skipped = Math.floor((sorted.length * (1 - SHARE_INSIDE)) / 2);
  const [low, high] = [sorted[skipped] ?? -1, sorted[sorted.length - 1 - skipped] ?? 1];
  const margin = (high - low) * MARGIN || 1;
  const step = 10 ** Math.floor(Math.log10(high - low + 2 * margin)) / 2;
  return [Math.floor((low - margin) / step) * step, Math.ceil((high + margin) / step) * step];
}
