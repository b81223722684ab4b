/** How a cell stands in tables of Compare (tables.css): what is longer than a figure may be cut. */

/** Of a figure with sign, point and unit. */
const MOST_CHARACTERS = 14;

export const figureClass = (text: string): string =>
  text.length > MOST_CHARACTERS ? 'num cut' : 'num';
