/** How a cell stands in tables of Compare (tables.css): words may break, what is longer still is cut off. */

/** Of a figure with sign, point and unit. */
const MOST_OF_FIGURE = 10;
/** In a few lines. */
const MOST_OF_WORDS = 40;

export function figureClass(text: string): string {
  if (text.length <= MOST_OF_FIGURE) return 'num';
  return text.length <= MOST_OF_WORDS ? 'num words' : 'num cut';
}

/** Of so many runs a column each fits into a small window. */
const FEW = 3;

/** Of a table with a column for each run. */
export const tableClass = (runs: number): string =>
  runs > FEW ? 'compare-table' : 'compare-table few';
