/**
 * Words become indices into a table of vectors, as an Embedding layer looks them up: 0 for what training did not know.
 * Reference: Keras' StringLookup, whose index 0 is what is out of the vocabulary, too.
 */
import { byNumberOrWord } from '#engine/datasets/table/columns.ts';
import { COLUMNS, defineColumnStep } from '../define.ts';

interface Fitted {
  readonly [key: string]: readonly string[];
  /** Their indices begin with 1. */
  readonly words: readonly string[];
}

export default defineColumnStep({
  id: 'embeddingIndex',
  label: 'Embedding index',
  doc: 'Words of the training rows become 1, 2, 3, for an Embedding layer to look up; a gap, a rare word and one that was never seen are 0.',
  order: 35,
  attrs: {
    columns: COLUMNS,
    maxCategories: {
      kind: 'int',
      default: 1000,
      min: 1,
      max: 100_000,
      help: 'How many words have an index of their own at most: the most frequent ones.',
    },
    minCount: {
      kind: 'int',
      default: 1,
      min: 1,
      max: 1_000_000,
      help: 'In how many training rows a word must be for an index of its own.',
    },
  },
  takes: () => ['words'],
  isFitted: () => true,
  async fit(column, { maxCategories, minCount }): Promise<Fitted> {
    const counts = new Map<string, number>();
    await column.train((chunk) => {
      if (chunk.kind !== 'words') return;
      for (const at of chunk.values) {
        const word = chunk.words[at];
        if (word !== undefined) counts.set(word, (counts.get(word) ?? 0) + 1);
      }
    });
    const frequent = [...counts]
      .filter(([, count]) => count >= minCount)
      .sort(([a, m], [b, n]) => n - m || byNumberOrWord(a, b))
      .slice(0, maxCategories);
    // In their own order, so that an index does not change with how often a word comes.
    return { words: frequent.map(([word]) => word).sort(byNumberOrWord) };
  },
  gives: ({ name }) => [{ name, kind: 'number' }],
  apply(column, _attrs, { words }) {
    if (column.kind !== 'words') throw new Error('only words are looked up');
    const places = new Map(words.map((word, i) => [word, i + 1]));
    const indices = column.words.map((word) => places.get(word) ?? 0);
    return [{ kind: 'number', values: column.values.map((at) => indices[at] ?? 0) }];
  },
  describe: (_column, _attrs, { words }) => {
    const few = words.slice(0, 3).map((word, i) => `${word} ${i + 1}`);
    const more = words.length > few.length ? ` and so on to ${words.length}` : '';
    return `${['all others 0', ...few].join(', ')}${more}`;
  },
  onnx: { number: { reason: 'it takes words' }, words: 'lookUp' },
  python: `def embedding_index(column, attrs, fitted):
    """Indices of words from 1; all others are 0."""
    places = {word: i for i, word in enumerate(fitted["words"], 1)}
    return [np.array([places.get(word, 0) for word in column], dtype=float)]
`,
});
