/** A column becomes one column of 0 and 1 for each of its words. Reference: scikit-learn's OneHotEncoder. */
import { byNumberOrWord } from '#engine/datasets/table/columns.ts';
import { COLUMNS, defineColumnStep, type StepColumn } from '../define.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

interface Fitted {
  readonly [key: string]: readonly string[] | boolean;
  /** A column each, in order. */
  readonly words: readonly string[];
  /** Whether a last column is for all others. */
  readonly rare: boolean;
}

export default defineColumnStep({
  id: 'oneHot',
  label: 'One-hot',
  doc: 'One column of 0 and 1 for each word. A gap, and a word that was never seen, is 0 in all of them.',
  order: 20,
  attrs: {
    columns: COLUMNS,
    maxCategories: {
      kind: 'int',
      default: 20,
      min: 2,
      max: 1000,
      help: 'How many columns at most. Rarer words share the last one, NAME=(rare); words never seen are counted among them.',
    },
    drop: {
      kind: 'choice',
      default: 'ifBinary',
      options: ['ifBinary', 'none'],
      optionLabels: { ifBinary: 'One of two', none: 'None' },
      label: 'Leave out',
      help: 'Of two words the first needs no column of its own: it is where the other is 0.',
    },
  },
  takes: () => ['words', 'number'],
  takesUnnamed: () => ['words'],
  isFitted: () => false,
  async fit(column, { maxCategories, drop }): Promise<Fitted> {
    const counts = await column.words();
    const all = [...counts.keys()].sort(byNumberOrWord);
    if (all.length > maxCategories) {
      // Of equally frequent ones the later in order stay, as scikit-learn has it.
      const kept = new Set(
        all
          .map((word, i) => ({ word, i, count: counts.get(word) ?? 0 }))
          .sort((a, b) => a.count - b.count || a.i - b.i)
          .slice(all.length - (maxCategories - 1))
          .map(({ word }) => word),
      );
      return { words: all.filter((word) => kept.has(word)), rare: true };
    }
    return { words: drop === 'ifBinary' && all.length === 2 ? all.slice(1) : all, rare: false };
  },
  gives: ({ name }, _attrs, { words, rare }) =>
    [...words, ...(rare ? ['(rare)'] : [])].map((word) => ({
      name: `${name}=${word}`,
      kind: 'number',
      isFlag: true,
    })),
  apply(column, _attrs, { words, rare }) {
    const width = words.length + Number(rare);
    const places = new Map(words.map((word, i) => [word, i]));
    const rest = rare ? words.length : -1;
    const placeOf = (word: string): number => places.get(word) ?? rest;
    const ofWord = column.kind === 'words' ? column.words.map(placeOf) : null;
    const made = Array.from({ length: width }, () => new Float64Array(column.values.length));
    for (const [row, value] of column.values.entries()) {
      if (Number.isNaN(value)) continue;
      const into = made[ofWord ? (ofWord[value] ?? -1) : placeOf(String(value))];
      if (into) into[row] = 1;
    }
    return made.map((values): StepColumn => ({ kind: 'number', values }));
  },
  describe: (_column, _attrs, { words, rare }) =>
    words.length === 1 && !rare
      ? `1 where it is ${words[0]}, else 0`
      : `0 or 1 for each of ${formatInteger(words.length)} words${rare ? ', and one for rarer ones' : ''}`,
  onnx: {
    number: (e, value, _attrs, { words, rare }) => {
      const isOne = (wanted: number): string =>
        e.op('Cast', [e.op('Equal', [value, e.floats([wanted], [1])])], { to: FLOAT });
      const made = words.map((word) => isOne(Number(word)));
      if (!rare) return made;
      const sum = made.reduce((a, b) => e.op('Add', [a, b]));
      const rest = e.op('Sub', [e.floats([1], [1]), sum]);
      return [...made, e.op('Where', [e.op('IsNaN', [value]), e.floats([0], [1]), rest])];
    },
    words: 'lookUp',
  },
  python: `def one_hot(column, attrs, fitted):
    """A column of 0 and 1 for each word; the last for rare ones, where there is one."""
    gaps = is_gap(column)
    words = fitted["words"]
    same = words if is_words(column) else [float(word) for word in words]
    made = [((column == word) & ~gaps).astype(float) for word in same]
    return [*made, 1.0 - gaps - sum(made)] if fitted["rare"] else made
`,
});

/** TensorProto.FLOAT */
const FLOAT = 1;
