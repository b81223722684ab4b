/** Columns that are not given to the network. */
import { COLUMNS, defineColumnStep } from '../define.ts';

export default defineColumnStep({
  id: 'drop',
  label: 'Leave out',
  doc: 'Columns that earlier steps may have used, and the network does not get.',
  order: 140,
  attrs: { columns: { ...COLUMNS, help: 'Names of columns, or of what an earlier step made.' } },
  takes: () => ['number', 'words', 'date'],
  // None is not all.
  takesUnnamed: () => [],
  isFitted: () => false,
  fit: () => Promise.resolve({}),
  gives: () => [],
  apply: () => [],
  describe: () => 'left out',
  onnx: { number: () => [], words: 'lookUp' },
  python: `def drop(column, attrs, fitted):
    """The network does not get it."""
    return []
`,
});
