/**
 * A sample of somebody's own, prepared as a run's data was: by what stands beside its weights, with the code that
 * `predict` uses. Says what a run is to be asked by, reads what was handed over, and tells what reached the network.
 */
import type { Analysis } from '#engine/check/analysis.ts';
import { type FieldRef, inputFieldsOf } from '#engine/check/heads.ts';
import type { Normalisation } from '#engine/compile/index.ts';
import {
  isMissing,
  type PictureTarget,
  recipeOf,
  slotNames,
  SPECIAL_TOKENS,
  tokenCutter,
  tokenIndices,
} from '#engine/datasets/index.ts';
import { InputError, inputError, type NetworkDocument } from '#engine/ir/index.ts';
import { own } from '#engine/ir/record.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import type { OwnInput, TryForm, TryTarget, WhatItGot } from '#engine/protocol/contracts/trying.ts';
import type { PredictInput } from '#engine/protocol/engineContract.ts';
import type { FittedData } from '../fittedData.ts';
import { arraySamples } from './arrays.ts';
import type { OwnSamples } from './answers.ts';
import { labelOf, pictureField, pictureSamples, pictureTarget } from './pictures.ts';
import { isPictureShape, pixelsOf } from './pictureShape.ts';
import { rowSamples, typedRow } from './rows.ts';
import { readSeriesInput } from './series.ts';
import { textSamples } from './texts.ts';

/** A trained network and how it read its data. */
export interface Asked {
  readonly document: NetworkDocument;
  readonly analysis: Analysis;
  /** Null for weights from elsewhere. */
  readonly fitted: FittedData | null;
  /** By field. */
  readonly normalisations: Readonly<Record<string, Normalisation | null>>;
}

/** Decodes one picture: u8 `[H, W, C]`. Throws InputError. */
export type Decode = (bytes: Uint8Array, target: PictureTarget) => Promise<Uint8Array>;

/** A form of more numbers nobody fills in. */
const MOST_TYPED = 64;
/** Of what a network got so much is told. */
const MOST_SLOTS = 512;
const MOST_NAMED = 8;

export function formOf({ analysis, fitted }: Pick<Asked, 'analysis' | 'fitted'>): TryForm {
  const fields = inputFieldsOf(analysis);
  const { reading, table } = fitted ?? {};
  if (reading?.kind === 'text') {
    const classes = reading.target?.classes;
    const target = reading.target && {
      ...{ name: reading.target.name, ...(classes && { classes }) },
    };
    const { predict, output } = reading;
    const writes = predict === 'next' || predict === 'sequence' ? predict : null;
    return { kind: 'text', target, ...(writes && output === 'indices' && { writes }) };
  }
  if (reading?.kind === 'windows') {
    const { inputs, window, time, group, targets, classes } = reading;
    const columns = [...[time, group].filter((name) => name !== null), ...inputs];
    const name = targets[0] ?? 'rows left';
    return { kind: 'series', columns, window, target: { name, ...(classes && { classes }) } };
  }
  if (table) return { kind: 'row', ...rowForm(table, fields) };
  const target = labelOf(analysis.heads) ?? numberTarget(analysis);
  const [only, ...others] = fields;
  if (!only) return { kind: 'none', reason: 'This network has no input from data.' };
  const [channels = 1, height = 1, width = 1] = only.field.shape;
  if (others.length === 0 && isPictureShape(only.field.shape)) {
    return { kind: 'picture', shape: [channels, height, width], target };
  }
  const names = fields.flatMap(({ field }) => {
    const size = elementCount(field.shape);
    return Array.from({ length: size }, (_, i) =>
      size === 1 ? field.name : `${field.name} ${i + 1}`,
    );
  });
  if (names.length <= MOST_TYPED) return { kind: 'numbers', names, target };
  const shapes = fields.map(({ field }) => `${field.name} of ${field.shape.join('×')}`).join(', ');
  return {
    kind: 'none',
    reason: `It takes ${shapes}: more than anybody types. The command line answers arrays: netloom predict RUN --input X.npy.`,
  };
}

function rowForm(table: NonNullable<FittedData['table']>, fields: readonly FieldRef[]) {
  const known = new Map(table.features.map((feature) => [feature.name, feature.categories]));
  const { target } = table;
  const asksTarget = target !== null && fields.some(({ field }) => field.role !== 'input');
  return {
    columns: [
      ...recipeOf(table).inputs.map(({ name, kind, words, range }) => {
        const all = words ?? known.get(name);
        return {
          ...{ name, kind },
          ...(kind === 'words' && all && { words: all }),
          ...(range && { range }),
        };
      }),
      ...(asksTarget
        ? [
            {
              name: target.name,
              ...(target.classes
                ? { kind: 'words' as const, words: target.classes }
                : { kind: 'number' as const }),
            },
          ]
        : []),
    ],
    target: target && {
      name: target.name,
      ...(target.classes && { classes: target.classes }),
    },
  };
}

const numberTarget = ({ heads }: Analysis): TryTarget | null => {
  const found = heads.find(({ targetField }) => targetField?.field.role === 'target')?.targetField;
  return found ? { name: found.field.name } : null;
};

/** One sample. Throws InputError with the place of what does not fit: a column, a picture. */
export async function ownSample(
  input: OwnInput,
  { document, analysis, fitted }: Asked,
  decode: Decode,
): Promise<OwnSamples> {
  const fields = inputFieldsOf(analysis);
  switch (input.kind) {
    case 'row': {
      const names = fields.map(({ field }) => field.name);
      try {
        return rowSamples(typedRow(input.cells), fitted, names);
      } catch (error) {
        throw incompleteCell(error, input.cells, fitted) ?? error;
      }
    }
    case 'text': {
      const { reading } = fitted ?? {};
      if (reading?.kind !== 'text') throw otherKind('texts');
      const { text } = input;
      if (text.trim() === '') throw inputError('text.none', 'There is no text.', { path: 'text' });
      const read = textSamples({ names: ['text'], rows: [[text]], texts: [text] }, 'text', reading);
      const unknown = unknownTokens(text, reading);
      return unknown.length === 0 ? read : { ...read, notes: [unknownNote(unknown)] };
    }
    case 'series': {
      const { reading } = fitted ?? {};
      if (reading?.kind !== 'windows') throw otherKind('series');
      const bytes = new TextEncoder().encode(input.text);
      return readSeriesInput(bytes, 'rows', document, reading);
    }
    case 'numbers':
      return arraySamples(input.values, fields, labelOf(analysis.heads) ?? numberTarget(analysis));
    case 'picture':
    case 'pixels': {
      const ref = pictureField(fields, 'picture');
      const label = labelOf(analysis.heads);
      if (input.kind === 'pixels') {
        return arraySamples(input.pixels, [ref], label);
      }
      const pixels = await decode(input.bytes, pictureTarget(document, ref));
      const { invert = false } = input;
      return pictureSamples([{ name: 'picture', pixels }], ref, { invert }, label);
    }
  }
}

/** Which cell of a row keeps it from being answered; null where it is none of these. */
function incompleteCell(
  error: unknown,
  cells: Readonly<Record<string, string>>,
  fitted: FittedData | null,
): Error | null {
  if (!(error instanceof InputError) || error.code !== 'csv.no-rows' || !fitted?.table) return null;
  for (const { name, words } of rowForm(fitted.table, []).columns) {
    const cell = (own(cells, name) ?? '').trim();
    if (isMissing(cell)) {
      return inputError('try.empty-cell', `${name} is empty.`, {
        path: name,
        explanation:
          'Rows with gaps were left out when this run was trained, so it has no number for one.',
      });
    }
    if (words && !words.includes(cell)) {
      return inputError(
        'try.unknown-word',
        `"${cell}" did not occur in ${name} when this run was trained.`,
        {
          path: name,
          explanation: `Known are ${words.slice(0, MOST_NAMED).join(', ')}${words.length > MOST_NAMED ? ' and others' : ''}.`,
        },
      );
    }
  }
  return null;
}

const otherKind = (what: string): Error =>
  inputError('predict.other-kind', `This network did not learn from ${what}.`);

/** What reached the network of one sample, in words of the data. */
export function whatItGot(
  inputs: readonly PredictInput[],
  { fitted, normalisations }: Asked,
): readonly WhatItGot[] {
  const { reading, table } = fitted ?? {};
  return inputs.map(({ name = '', shape, data }): WhatItGot => {
    if (reading?.kind === 'text') return tokensOf(data, reading);
    const each = shape.slice(1);
    if (isPictureShape(each) && !table) {
      const isUnit = data.every((value) => value <= 1) && own(normalisations, name) === null;
      return { kind: 'picture', shape: each, pixels: pixelsOf(data, isUnit) };
    }
    const { shift, scale } = own(normalisations, name) ?? { shift: [0], scale: [1] };
    const names = name === 'features' && table ? table.features.flatMap(slotNames) : [];
    const at = (numbers: readonly number[], i: number): number =>
      numbers[Math.floor((i * numbers.length) / data.length)] ?? 0;
    return {
      kind: 'numbers',
      slots: Array.from(data.subarray(0, MOST_SLOTS), (value, i) => ({
        name: names[i] ?? (data.length === 1 ? name : `${name} ${i + 1}`),
        ...{ value, scaled: (value - at(shift, i)) * at(scale, i) },
      })),
      count: data.length,
    };
  });
}

type TextReading = Extract<NonNullable<FittedData['reading']>, { readonly kind: 'text' }>;

/** Of indices the tokens in their order, of a bag those that weigh most. */
function tokensOf(data: Float32Array, { tokenizer, output }: TextReading): WhatItGot {
  const { vocabulary } = tokenizer;
  const first = SPECIAL_TOKENS.length;
  const places =
    output === 'indices'
      ? Array.from(data).filter((index) => index > 0)
      : [...data.keys()]
          .filter((place) => (data[place] ?? 0) > 0)
          .sort((a, b) => (data[b] ?? 0) - (data[a] ?? 0))
          .map((place) => place + first);
  return {
    kind: 'tokens',
    tokens: places.slice(0, MOST_SLOTS).map((index) => ({
      text: vocabulary[index - first] ?? SPECIAL_TOKENS[1],
      isKnown: index >= first,
    })),
    count: places.length,
  };
}

const unknownNote = (unknown: readonly string[]): string =>
  `Not known from training: ${unknown.slice(0, MOST_NAMED).join(', ')}${unknown.length > MOST_NAMED ? ` and ${unknown.length - MOST_NAMED} more` : ''}.`;

/** Words of a text that training did not have, each once. */
export function unknownTokens(text: string, { tokenizer }: TextReading): readonly string[] {
  const known = tokenIndices(tokenizer);
  return [...new Set(tokenCutter(tokenizer)(text))].filter((token) => !known.has(token));
}
