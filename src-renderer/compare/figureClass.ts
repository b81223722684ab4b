/** How a cell stands in tables of Compare (tables.css): words may break, what is longer still is cut off. */

/** Of a figure with sign, point and unit. */
const MOST_OF_FIGURE = 10;
/** In a few lines. */
const MOST_OF_WORDS = 40;

export function figureClass(text: string): string {
  if (text.length <= MOST_OF_FIGURE) return 'num';
  return text.length <= MOST_OF_WORDS ? 'num words' : 'num cut';
}
