/**
 * Sobol points: numbers that fill a cube evenly, however many of them are taken. Direction numbers:
 * new-joe-kuo-6.21201, its first 21 dimensions; S. Joe and F. Y. Kuo, Constructing Sobol sequences with better
 * two-dimensional projections, SIAM J. Sci. Comput. 30, 2008, https://web.maths.unsw.edu.au/~fkuo/sobol/.
 * Scrambling: Owen's nested one, each bit flipped or not by a random bit that its higher bits name;
 * A. B. Owen, Randomly permuted (t,m,s)-nets and (t,s)-sequences, 1995.
 */
import { philox4x32, RANDOM_DOMAIN, seedWords } from '../ops/philox.ts';

const BITS = 32;
/** Of each dimension after the first: the polynomial's coefficients `a`, and the first direction numbers `m`. */
const DIRECTIONS: readonly (readonly [a: number, ...m: number[]])[] = [
  [0, 1],
  [1, 1, 3],
  [1, 1, 3, 1],
  [2, 1, 1, 1],
  [1, 1, 1, 3, 3],
  [4, 1, 3, 5, 13],
  [2, 1, 1, 5, 5, 17],
  [4, 1, 1, 5, 5, 5],
  [7, 1, 1, 7, 11, 19],
  [11, 1, 1, 5, 1, 1],
  [13, 1, 1, 1, 3, 11],
  [14, 1, 3, 5, 5, 31],
  [1, 1, 3, 3, 9, 7, 49],
  [13, 1, 1, 1, 15, 21, 21],
  [16, 1, 3, 1, 13, 27, 49],
  [19, 1, 1, 1, 15, 7, 5],
  [22, 1, 3, 1, 15, 13, 25],
  [25, 1, 1, 5, 5, 19, 61],
  [1, 1, 3, 7, 11, 23, 15, 103],
  [4, 1, 3, 7, 13, 13, 15, 69],
];
export const SOBOL_DIMENSIONS = DIRECTIONS.length + 1;

/** `v[k]`, the direction number of bit k, as the upper bits of a word. */
function directions(dimension: number): readonly number[] {
  const row = DIRECTIONS[dimension - 1];
  if (!row) return Array.from({ length: BITS }, (_, k) => (1 << (BITS - 1 - k)) >>> 0);
  const [a, ...m] = row;
  const degree = m.length;
  const v = m.map((each, k) => (each << (BITS - 1 - k)) >>> 0);
  for (let k = degree; k < BITS; k++) {
    const back = v[k - degree] ?? 0;
    let next = back ^ (back >>> degree);
    for (let i = 1; i < degree; i++) {
      if ((a >>> (degree - 1 - i)) & 1) next ^= v[k - i] ?? 0;
    }
    v.push(next >>> 0);
  }
  return v;
}
const TABLE = Array.from({ length: SOBOL_DIMENSIONS }, (_, dimension) => directions(dimension));

/** The coordinate of point `index` in a dimension, as a word; points in the order of the Gray code. */
function sobolWord(index: number, dimension: number): number {
  const v = TABLE[dimension] ?? [];
  let gray = (index ^ (index >>> 1)) >>> 0;
  let word = 0;
  for (let k = 0; gray !== 0; k++, gray >>>= 1) {
    if (gray & 1) word ^= v[k] ?? 0;
  }
  return word >>> 0;
}

function scrambled(word: number, dimension: number, seed: number): number {
  let result = 0;
  for (let bit = 0; bit < BITS; bit++) {
    // What stands above the bit; of the first, nothing.
    const above = bit === 0 ? 0 : word >>> (BITS - bit);
    const random = philox4x32([above, bit, dimension + 2, RANDOM_DOMAIN.search], seedWords(seed));
    const own = (word >>> (BITS - 1 - bit)) & 1;
    result = (result << 1) | (own ^ (random[0] & 1));
  }
  return result >>> 0;
}

/** In [0, 1). Not scrambled where no seed is given: the first point is the origin then. */
export function sobol(index: number, dimension: number, seed: number | null): number {
  const word = sobolWord(index, dimension);
  return (seed === null ? word : scrambled(word, dimension, seed)) / 2 ** BITS;
}
