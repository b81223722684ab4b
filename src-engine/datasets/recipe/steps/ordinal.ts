/** Words become numbers by their order. Reference: scikit-learn's OrdinalEncoder. */
import { byNumberOrWord } from '#engine/datasets/table/columns.ts';
import { COLUMNS, defineColumnStep } from '../define.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

interface Fitted {
  readonly [key: string]: readonly string[];
  readonly words: readonly string[];
}

export default defineColumnStep({
  id: 'ordinal',
  label: 'Ordinal',
  doc: 'Words become 0, 1, 2 by their order. A word that was never seen is a gap.',
  order: 30,
  attrs: {
    columns: COLUMNS,
    order: {
      kind: 'names',
      default: [],
      help: 'The words from the least to the most. None: as they sort; those that are not among them are gaps.',
    },
  },
  takes: () => ['words'],
  isFitted: () => false,
  async fit(column, { order }): Promise<Fitted> {
    if (order.length > 0) return { words: order };
    return { words: [...(await column.words()).keys()].sort(byNumberOrWord) };
  },
  gives: ({ name }) => [{ name, kind: 'number' }],
  apply(column, _attrs, { words }) {
    if (column.kind !== 'words') throw new Error('only words have an order here');
    const places = new Map(words.map((word, i) => [word, i]));
    const numbers = column.words.map((word) => places.get(word) ?? NaN);
    return [{ kind: 'number', values: column.values.map((at) => numbers[at] ?? NaN) }];
  },
  describe: (_column, _attrs, { words }) => {
    const few = words.slice(0, 4).map((word, i) => `${word} ${i}`);
    return `${few.join(', ')}${words.length > few.length ? ` and so on, ${formatInteger(words.length)} words` : ''}`;
  },
  onnx: { number: { reason: 'it takes words' }, words: 'lookUp' },
  python: `def ordinal(column, attrs, fitted):
    """Words by their order; others are gaps."""
    places = {word: float(i) for i, word in enumerate(fitted["words"])}
    return [np.array([places.get(word, np.nan) for word in column], dtype=float)]
`,
});
