/** Categories that a few rows have: their input is all but constant. */
import { defineFinding, isFeature, ofRows } from '../look.ts';

const FEW = 10;
const FEWEST_ROWS = 500;
const MOST_NAMED = 3;

export default defineFinding({
  name: 'rare-word',
  look(table) {
    return table.columns.flatMap((column) => {
      const { kind, values, words, name, index, missing } = column;
      const isOneHot = kind === 'words' && words.length <= table.options.maxCategories;
      if (!isOneHot || !isFeature(column) || words.length < 3) return [];
      const filled = table.looked - missing;
      if (filled < FEWEST_ROWS) return [];
      const counts = new Float64Array(words.length);
      for (const code of values) if (!Number.isNaN(code)) counts[code] = (counts[code] ?? 0) + 1;
      const rare = [...counts.keys()]
        .filter((code) => (counts[code] ?? 0) <= FEW)
        .sort((a, b) => (counts[a] ?? 0) - (counts[b] ?? 0));
      if (rare.length === 0) return [];
      const named = rare.slice(0, MOST_NAMED).map((code) => words[code] ?? '');
      const others =
        rare.length > named.length ? ` or one of ${rare.length - named.length} more` : '';
      const count = rare.reduce((sum, code) => sum + (counts[code] ?? 0), 0);
      return [
        {
          ...{ severity: 'info', columns: [index] },
          message: `${name} is ${named.join(' or ')}${others} in ${ofRows(count, filled, table)}.`,
          consequence:
            'What is learned of so few is chance, and a part that is held out may have none.',
          fixes: [],
        },
      ];
    });
  },
});
