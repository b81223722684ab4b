/** Gaps of a column are filled. Reference: scikit-learn's SimpleImputer. */
import { inputError } from '#engine/ir/problem.ts';
import { byNumberOrWord } from '#engine/datasets/table/columns.ts';
import { COLUMNS, defineColumnStep, type StepColumn } from '../define.ts';
import { moments, quantile, sampleText, shown, sortedValues } from '../numbers.ts';

/** The number, or the word, that gaps take. */
interface Fitted {
  readonly [key: string]: string | number | null;
  readonly fill: string | number;
  readonly sampled: number | null;
}

export default defineColumnStep({
  id: 'impute',
  label: 'Fill gaps',
  doc: 'Empty cells take the mean, the median, what is most frequent among the training rows, or what you say.',
  order: 10,
  attrs: {
    columns: COLUMNS,
    strategy: {
      kind: 'choice',
      default: 'median',
      options: ['mean', 'median', 'mostFrequent', 'constant'],
      optionLabels: {
        mean: 'Mean',
        median: 'Median',
        mostFrequent: 'Most frequent',
        constant: 'Constant',
      },
      help: 'What they take. A column of words has neither mean nor median.',
    },
    value: {
      kind: 'text',
      default: '',
      help: 'The constant. Left empty it is 0, and for words "missing".',
    },
    indicator: {
      kind: 'bool',
      default: false,
      label: 'Say where',
      help: 'Adds a column NAME_missing: 1 where the cell was empty, else 0.',
    },
  },
  takes: ({ strategy }) =>
    strategy === 'mean' || strategy === 'median' ? ['number'] : ['number', 'words'],
  isFitted: ({ strategy }) => strategy !== 'constant',
  async fit(column, { strategy, value }, name): Promise<Fitted> {
    const whole = { sampled: null };
    const isWords = column.kind === 'words';
    switch (strategy) {
      case 'constant':
        return { ...whole, fill: isWords ? value.trim() || 'missing' : constantOf(value, name) };
      case 'mean':
        return { ...whole, fill: (await moments(column)).mean };
      case 'median': {
        const { values, sampled } = await sortedValues(column);
        return { fill: quantile(values, 0.5), sampled };
      }
      case 'mostFrequent': {
        const counts = new Map<string | number, number>();
        await column.train((chunk) => {
          for (const at of chunk.values) {
            if (Number.isNaN(at)) continue;
            const found = chunk.kind === 'words' ? (chunk.words[at] ?? '') : at;
            counts.set(found, (counts.get(found) ?? 0) + 1);
          }
        });
        // Of equally many the first in order.
        const most = Math.max(0, ...counts.values());
        const first = [...counts.keys()]
          .filter((each) => counts.get(each) === most)
          .sort((a, b) => byNumberOrWord(String(a), String(b)))[0];
        return { ...whole, fill: first ?? (isWords ? 'missing' : 0) };
      }
    }
  },
  gives: (column, { indicator }) => [
    column,
    ...(indicator
      ? [{ name: `${column.name}_missing`, kind: 'number', isFlag: true } as const]
      : []),
  ],
  apply: (column, { indicator }, { fill }) => [
    filled(column, fill),
    ...(indicator ? [flags(column)] : []),
  ],
  describe: (_column, { strategy, indicator }, { fill, sampled }) => {
    const what = { mean: 'the mean', median: 'the median', mostFrequent: 'what is most frequent' };
    const which = strategy === 'constant' ? '' : `${what[strategy]}, `;
    const text = typeof fill === 'number' ? shown(fill) : `"${fill}"`;
    const more = indicator ? '; another column says where' : '';
    return `gaps take ${which}${text}${sampleText(sampled)}${more}`;
  },
  onnx: {
    number: (e, value, { indicator }, { fill }) => {
      const isGap = e.op('IsNaN', [value]);
      const whole = e.op('Where', [isGap, e.floats([Number(fill)], [1]), value]);
      return indicator
        ? [whole, e.op('Where', [isGap, e.floats([1], [1]), e.floats([0], [1])])]
        : [whole];
    },
    words: 'lookUp',
  },
  python: `def impute(column, attrs, fitted):
    """Fills gaps; with an indicator, also says where they were."""
    gaps = is_gap(column)
    whole = column.copy()
    whole[gaps] = fitted["fill"]
    return [whole, gaps.astype(float)] if attrs["indicator"] else [whole]
`,
});

function constantOf(value: string, name: string): number {
  const number = value.trim() === '' ? 0 : Number(value);
  if (Number.isFinite(number)) return number;
  throw inputError('recipe.not-a-number', `"${value}" is not a number, as ${name} needs.`, {
    explanation: 'The constant for gaps of a column of numbers is one.',
  });
}

function filled(column: StepColumn, fill: string | number): StepColumn {
  if (column.kind !== 'words') {
    const values = column.values.map((value) => (Number.isNaN(value) ? Number(fill) : value));
    return { kind: 'number', values };
  }
  const word = String(fill);
  const known = column.words.indexOf(word);
  const at = known >= 0 ? known : column.words.length;
  return {
    kind: 'words',
    words: known >= 0 ? column.words : [...column.words, word],
    values: column.values.map((value) => (Number.isNaN(value) ? at : value)),
  };
}

const flags = ({ values }: StepColumn): StepColumn => ({
  kind: 'number',
  values: values.map((value) => Number(Number.isNaN(value))),
});
