/** data.py and what it reads: the samples as they are stored, the rows of each split, the order of batches. */
import type { FolderEntry } from '../define.ts';
import { BatchOrder } from '#engine/training/batches.ts';
import type { Prepared } from '#engine/training/prepare.ts';
import type { TrainingSettings } from '#engine/ir/document.ts';
import type { Normalisation } from '#engine/compile/binding.ts';
import type { DataField } from '#engine/ir/attrs.ts';
import type { StoredArray } from '../npy.ts';
import { isClass } from '#engine/training/dataKinds.ts';
import { archive } from '../python/archive.ts';
import { inputError } from '#engine/ir/problem.ts';
import { formatBytes } from '#engine/runs/numberText.ts';
import { functionName } from '../python/names.ts';
import { type Treatment, WEIGHTS_KEY } from './augment.ts';
import { indented, text, wrapped } from '../python/text.ts';

/** The data is held as a whole on the way. */
const MOST_BYTES = 2 ** 29;
/** Orders of so many epochs go along as this takes. */
const MOST_ORDER_BYTES = 2 ** 26;
/** More numbers than this stand in a file of their own. */
const MOST_LITERALS = 6;

/** A field that the network takes or is judged by. */
export interface UsedField {
  readonly field: DataField;
  readonly normalisation: Normalisation | null;
  /** In batches. */
  readonly name: string;
}

export interface DataFiles {
  readonly entries: readonly FolderEntry[];
  /** Epochs whose order goes along. */
  readonly epochs: number;
}

/** `data/` of a project that is trained. */
export function dataFiles(
  { table, splits, weights, streamed }: Prepared,
  fields: readonly UsedField[],
  training: TrainingSettings,
): DataFiles {
  if (streamed) {
    throw inputError('export.data-too-large', 'The samples are too many to be held.', {
      explanation: `At most ${formatBytes(MOST_BYTES)} go along with a project. Export the network alone.`,
    });
  }
  const columns = table.columns.filter(({ field }) =>
    fields.some((used) => used.field.name === field.name),
  );
  const sizeBytes = columns.reduce((sum, { stored }) => sum + stored.byteLength, 0);
  if (sizeBytes > MOST_BYTES) {
    throw inputError('export.data-too-large', `The samples take ${formatBytes(sizeBytes)}.`, {
      explanation: `At most ${formatBytes(MOST_BYTES)} go along with a project. Export the network alone.`,
    });
  }
  const order =
    training.shuffle || weights.drawing ? orderOf(splits.train, training, weights.drawing) : null;
  const rows = { train: splits.train, validation: splits.validation, test: splits.test };
  return {
    epochs: order?.shape[0] ?? training.epochs,
    entries: [
      archive('data/samples.npz', {
        ...Object.fromEntries(
          columns.map(({ field, stored }): [string, StoredArray] => [
            field.name,
            { shape: [table.count, ...field.shape], data: stored },
          ]),
        ),
        ...(weights.loss && { [WEIGHTS_KEY]: { shape: [table.count], data: weights.loss } }),
      }),
      archive('data/rows.npz', {
        ...Object.fromEntries(
          Object.entries(rows).map(([name, data]): [string, StoredArray] => [
            name,
            { shape: [data.length], data },
          ]),
        ),
        ...(order && { order }),
        ...(weights.drawing && {
          drawn: { shape: [splits.train.length], data: Float32Array.from(weights.drawing) },
        }),
      }),
    ],
  };
}

/** Rows of every epoch, in the order of its batches. */
function orderOf(
  train: Int32Array,
  training: TrainingSettings,
  drawing: Float64Array | null,
): StoredArray {
  const { epochs: wanted } = training;
  const most = Math.floor(MOST_ORDER_BYTES / Math.max(1, train.byteLength));
  const epochs = Math.max(1, Math.min(wanted, most));
  // As many as are left out in an epoch are part of its order all the same.
  const order = new BatchOrder(train, { ...training, batchSize: train.length }, drawing);
  const data = new Int32Array(epochs * train.length);
  for (let epoch = 0; epoch < epochs; epoch++) data.set(order.rows(epoch), epoch * train.length);
  return { shape: [epochs, train.length], data };
}

const isLong = ({ normalisation }: UsedField): boolean =>
  (normalisation?.shift.length ?? 0) > MOST_LITERALS;

/** Numbers that are too many for the code; null where there are none. */
export function normalisationFile(fields: readonly UsedField[]): FolderEntry | null {
  const long = fields.filter(isLong);
  if (long.length === 0) return null;
  return archive(
    'data/normalisation.npz',
    Object.fromEntries(
      long.flatMap(({ name, normalisation }) =>
        (['shift', 'scale'] as const).map((key): [string, StoredArray] => {
          const data = Float32Array.from(normalisation?.[key] ?? []);
          return [`${name}_${key}`, { shape: [data.length], data }];
        }),
      ),
    ),
  );
}

/** `treatment`: of the samples themselves; null: they do not go along. */
export function writeData(
  fields: readonly UsedField[],
  training: TrainingSettings,
  treatment: Treatment | null,
): string {
  const isTrained = treatment !== null;
  const scaled = fields.filter(({ normalisation }) => normalisation !== null);
  const usesArrays = isTrained || scaled.some(isLong);
  const doc = isTrained
    ? '"""The samples as Netloom read them: split, scaled, and in its order."""'
    : '"""How the numbers of the data become those that the network takes."""';
  return wrapped([
    doc,
    ...(usesArrays
      ? [
          '',
          ...(isTrained && !training.dropLast ? ['import math'] : []),
          'from pathlib import Path',
          '',
          'import numpy as np',
        ]
      : ['']),
    ...(isTrained || !scaled.every(isOne) ? ['import torch'] : []),
    'from torch import Tensor',
    ...(isTrained && treatment.augment !== null ? ['', 'from augment import Augmentation'] : []),
    ...(usesArrays ? ['', 'FOLDER = Path(__file__).parent / "data"'] : []),
    ...scaled.flatMap(constants),
    ...scaled.flatMap(normaliser),
    ...(isTrained ? samplesClass(fields, treatment) : []),
    ...(isTrained ? orderClass(training) : []),
  ]);
}

/** How many numbers share a place: one for all, one per channel, one per feature. */
function broadcast({ field, normalisation }: UsedField): string {
  const count = normalisation?.shift.length ?? 1;
  const isChannels = count === field.shape[0] && field.shape.length > 1;
  return isChannels ? `.reshape(-1${', 1'.repeat(field.shape.length - 1)})` : '';
}

const isOne = ({ normalisation }: UsedField): boolean => normalisation?.shift.length === 1;

function constants(used: UsedField): readonly string[] {
  const { name, normalisation } = used;
  if (!normalisation || isOne(used)) return [];
  const prefix = name.toUpperCase();
  const keys = ['shift', 'scale'] as const;
  if (isLong(used)) {
    return [
      '',
      'with np.load(FOLDER / "normalisation.npz") as numbers:',
      ...indented(
        keys.map(
          (key) =>
            `${prefix}_${key.toUpperCase()} = torch.from_numpy(numbers[${text(`${name}_${key}`)}])${broadcast(used)}`,
        ),
      ),
    ];
  }
  return keys.map(
    (key) =>
      `${prefix}_${key.toUpperCase()} = torch.tensor([${normalisation[key].join(', ')}])${broadcast(used)}`,
  );
}

function normaliser(used: UsedField): readonly string[] {
  const { name, normalisation } = used;
  const prefix = name.toUpperCase();
  const [shift = 0, scale = 1] = [normalisation?.shift[0], normalisation?.scale[0]];
  const moved = shift === 0 ? `${name}.float()` : `(${name}.float() - ${shift})`;
  const value = isOne(used)
    ? `${moved} * ${scale}`
    : `(${name}.float() - ${prefix}_SHIFT) * ${prefix}_SCALE`;
  return [
    '',
    '',
    `def ${normaliserName(used)}(${name}: Tensor) -> Tensor:`,
    ...indented([
      '"""From the numbers of the data to those that the network takes."""',
      `return ${value}`,
    ]),
  ];
}

export const normaliserName = ({ name }: UsedField): string => functionName(`normalise ${name}`);

function samplesClass(
  fields: readonly UsedField[],
  { augment, mixed, weighed }: Treatment,
): readonly string[] {
  const columnOf = (name: string): string =>
    augment === null ? `self.columns[${text(name)}][rows]` : `columns[${text(name)}]`;
  const entries = fields.map((used) => {
    const column = columnOf(used.field.name);
    // What is mixed is shares in training.
    const isShares = mixed && isClass(used.field);
    const value =
      used.normalisation !== null
        ? `${normaliserName(used)}(${column})`
        : isShares
          ? column
          : used.field.dtype === 'i32'
            ? `${column}.long()`
            : `${column}.float()`;
    return `${text(used.name)}: ${value}.to(self.device),`;
  });
  if (weighed) entries.push(`${text(WEIGHTS_KEY)}: ${columnOf(WEIGHTS_KEY)}.to(self.device),`);
  return [
    '',
    '',
    'class Samples:',
    ...indented([
      '"""All samples, in memory; a batch of them goes to the device."""',
      '',
      'def __init__(self, device: torch.device) -> None:',
      ...indented([
        'self.device = device',
        'with np.load(FOLDER / "samples.npz") as arrays:',
        ...indented(['self.columns = {name: torch.from_numpy(arrays[name]) for name in arrays}']),
        ...fields.flatMap(({ field }) => {
          const column = `self.columns[${text(field.name)}]`;
          return mixed && isClass(field) ? [`${column} = ${column}.long()`] : [];
        }),
        'with np.load(FOLDER / "rows.npz") as rows:',
        ...indented([
          'self.validation = torch.from_numpy(rows["validation"]).long()',
          'self.test = torch.from_numpy(rows["test"]).long()',
          ...(augment === null
            ? []
            : [
                'train = torch.from_numpy(rows["train"]).long()',
                'self.augmentation = Augmentation(self.columns, train)',
              ]),
        ]),
      ]),
      '',
      ...(augment === null
        ? [
            'def batch(self, rows: Tensor) -> dict[str, Tensor]:',
            ...indented(['"""Samples by their rows, as the network takes them."""']),
          ]
        : [
            'def batch(self, rows: Tensor, training: bool) -> dict[str, Tensor]:',
            ...indented([
              '"""Samples by their rows, as the network takes them; augmented in training."""',
              'columns = {name: column[rows] for name, column in self.columns.items()}',
              'if training:',
              ...indented(['columns.update(self.augmentation.batch(rows))']),
            ]),
          ]),
      ...indented(['return {', ...indented(entries), '}']),
    ]),
  ];
}

function orderClass(training: TrainingSettings): readonly string[] {
  const { dropLast, seed, sampling } = training;
  const isDrawn = sampling !== 'each';
  const shuffle = training.shuffle || isDrawn;
  const generated = [
    `generator = torch.Generator().manual_seed(${seed} + epoch)`,
    ...(isDrawn
      ? [
          'count = len(self.train)',
          'drawn = torch.multinomial(self.drawn, count, replacement=True, generator=generator)',
          'return self.train[drawn]',
        ]
      : ['return self.train[torch.randperm(len(self.train), generator=generator)]']),
  ];
  const doc = shuffle
    ? '"""Which rows make a batch: as Netloom took them, later epochs by a generator."""'
    : '"""Which rows make a batch: those of the data in their order."""';
  return [
    '',
    '',
    'class BatchOrder:',
    ...indented([
      doc,
      '',
      'def __init__(self, batch_size: int) -> None:',
      ...indented([
        'with np.load(FOLDER / "rows.npz") as rows:',
        ...indented([
          'self.train = torch.from_numpy(rows["train"]).long()',
          ...(shuffle ? ['self.orders = torch.from_numpy(rows["order"]).long()'] : []),
          ...(isDrawn ? ['self.drawn = torch.from_numpy(rows["drawn"])'] : []),
        ]),
        'self.batch_size = min(batch_size, len(self.train))',
      ]),
      '',
      'def __len__(self) -> int:',
      ...indented([
        '"""Batches of an epoch."""',
        dropLast
          ? 'return len(self.train) // self.batch_size'
          : 'return math.ceil(len(self.train) / self.batch_size)',
      ]),
      '',
      'def rows(self, epoch: int) -> Tensor:',
      ...indented(
        shuffle
          ? [
              'if epoch < len(self.orders):',
              ...indented(['return self.orders[epoch]']),
              ...generated,
            ]
          : ['return self.train'],
      ),
      '',
      'def epoch(self, epoch: int) -> tuple[Tensor, ...]:',
      ...indented(['return self.rows(epoch).split(self.batch_size)[: len(self)]']),
    ]),
  ];
}
