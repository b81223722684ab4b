/** A small text of our own (as resources/data/tales.txt has it), character by character: what a network that writes is taught on first. */
import type { DataField } from '../ir/attrs.ts';
import { defineDataset } from './define.ts';
import { countOption, seedOption } from './shared/options.ts';
import { dataRandom } from './shared/random.ts';
import { ALPHABET } from './tales/grammar.ts';
import { writeTales } from './tales/write.ts';
import { windowFields, windowsTable } from './text/windows.ts';
import { indexReader, type TextReading } from './text/reading.ts';
import { SPECIAL_TOKENS } from './text/tokens.ts';

interface Asked {
  readonly length: number;
  readonly predict: 'next' | 'sequence';
}

const readingOf = ({ length, predict }: Asked): TextReading => ({
  ...{ kind: 'text', unit: 'file', output: 'indices', weighting: 'counts', target: null },
  ...{ width: ALPHABET.length + SPECIAL_TOKENS.length, length, predict },
  ...{ padding: 'before', truncation: 'start' },
  tokenizer: {
    ...{ tokens: 'characters', lowerCase: false, punctuation: true, vocabulary: ALPHABET },
  },
});

const fieldsOf = (options: Asked): readonly DataField[] => windowFields(readingOf(options));

export default defineDataset({
  id: 'tales',
  label: 'Tales',
  doc: 'Short tales, talks, letters and verses, made up from phrases: some characters are given, the next ones are wanted.',
  group: 'Text',
  options: {
    length: {
      kind: 'int',
      default: 32,
      min: 1,
      max: 1024,
      unit: 'characters',
      help: 'How many characters are given.',
    },
    predict: {
      kind: 'choice',
      default: 'next',
      options: ['next', 'sequence'],
      optionLabels: {
        next: 'The character after the window',
        sequence: 'The character after each character',
      },
      help: 'What is wanted.',
    },
    count: countOption(26_000, 500_000),
    stride: {
      kind: 'int',
      default: 3,
      min: 1,
      max: 1024,
      unit: 'characters',
      advanced: true,
      help: 'How far a window begins after the one before.',
    },
    seed: seedOption,
  },
  fields: fieldsOf,
  async load({ options }) {
    const { count, length, stride, seed } = options;
    const characters = (count - 1) * stride + length + 1;
    const text = writeTales(characters, dataRandom(seed, 'tales'));
    const reading = readingOf(options);
    const indices = indexReader(reading.tokenizer)(text);
    return windowsTable([indices], reading, { path: 'tales', stride, notes: [] });
  },
});
