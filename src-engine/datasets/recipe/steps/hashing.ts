/**
 * Words of which there are too many for a column each share so many columns, by a hash.
 * Reference: scikit-learn's FeatureHasher with `input_type='string'` and `alternate_sign=False`.
 */
import { COLUMNS, defineColumnStep, type StepColumn } from '../define.ts';
import { murmur3 } from '../murmur3.ts';

export default defineColumnStep({
  id: 'hashing',
  label: 'Hashing',
  doc: 'Words of any number share so many columns: each is 1 in the one that a hash of it (MurmurHash3) says. A gap is 0 in all.',
  order: 40,
  attrs: {
    columns: COLUMNS,
    buckets: {
      kind: 'int',
      default: 16,
      min: 2,
      max: 4096,
      label: 'Columns',
      help: 'How many columns. The more, the fewer words share one.',
    },
  },
  takes: () => ['words'],
  isFitted: () => false,
  fit: () => Promise.resolve({}),
  gives: ({ name }, { buckets }) =>
    Array.from({ length: buckets }, (_, i) => ({
      name: `${name}#${i}`,
      kind: 'number',
      isFlag: true,
    })),
  apply(column, { buckets }) {
    if (column.kind !== 'words') throw new Error('only words are hashed');
    const bucketOf = column.words.map((word) => bucket(word, buckets));
    const made = Array.from({ length: buckets }, () => new Float64Array(column.values.length));
    for (const [row, at] of column.values.entries()) {
      const into = made[bucketOf[at] ?? -1];
      if (into) into[row] = 1;
    }
    return made.map((values): StepColumn => ({ kind: 'number', values }));
  },
  describe: (_column, { buckets }) => `words share ${buckets} columns by a hash`,
  onnx: {
    number: { reason: 'it takes words' },
    words: { reason: 'ONNX has no operator that hashes words' },
  },
  python: `def hashing(column, attrs, fitted):
    """A 1 in the column that the hash of the word says."""
    buckets = attrs["buckets"]
    made = np.zeros((buckets, len(column)))
    for row, word in enumerate(column):
        if word is not None:
            made[abs(murmur3(word.encode())) % buckets, row] = 1.0
    return list(made)


def murmur3(data):
    """MurmurHash3 for 32 bits with seed 0, as a signed number."""
    mask = 0xFFFFFFFF

    def scrambled(block):
        block = block * 0xCC9E2D51 & mask
        block = (block << 15 | block >> 17) & mask
        return block * 0x1B873593 & mask

    value = 0
    whole = len(data) & ~3
    for at in range(0, whole, 4):
        value ^= scrambled(int.from_bytes(data[at : at + 4], "little"))
        value = (value << 13 | value >> 19) & mask
        value = (value * 5 + 0xE6546B64) & mask
    if whole < len(data):
        value ^= scrambled(int.from_bytes(data[whole:], "little"))
    value ^= len(data)
    value = (value ^ value >> 16) * 0x85EBCA6B & mask
    value = (value ^ value >> 13) * 0xC2B2AE35 & mask
    value ^= value >> 16
    return value - 2**32 if value >= 2**31 else value
`,
});

const utf8 = new TextEncoder();
const bucket = (word: string, buckets: number): number =>
  Math.abs(murmur3(utf8.encode(word))) % buckets;
