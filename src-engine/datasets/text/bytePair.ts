/**
 * Pieces of words that are merged as often as they stand together. Merges, ties and the order of the vocabulary are
 * those of Hugging Face's `tokenizers` (BpeTrainer), so that a tokenizer.json of both is the same.
 * Reference: Sennrich, Haddow, Birch (2016), https://arxiv.org/abs/1508.07909
 */
import { byCodePoint } from './codePoints.ts';

export interface BytePairs {
  readonly vocabulary: readonly string[];
  readonly merges: readonly (readonly [string, string])[];
}

/** Two pieces are one number; vocabularies are smaller than this. */
const PAIR = 2 ** 22;

/** `words` with how often each occurs. Every character is known; merges fill the vocabulary up to its size. */
export function trainBytePairs(
  words: ReadonlyMap<string, number>,
  { vocabulary: size, minCount }: { readonly vocabulary: number; readonly minCount: number },
): BytePairs {
  const letters = new Set<string>();
  for (const word of words.keys()) for (const letter of word) letters.add(letter);
  const vocabulary = [...letters].sort(byCodePoint);
  const placeOf = new Map(vocabulary.map((piece, i) => [piece, i]));
  const split = [...words].map(([word, count]) => ({
    count,
    pieces: Array.from(word, (letter) => placeOf.get(letter) ?? 0),
  }));
  const pairs = new PairCounts();
  split.forEach(({ pieces, count }, word) => pairs.add(pieces, count, word));
  const merges: (readonly [string, string])[] = [];
  while (vocabulary.length < size) {
    const best = pairs.take(minCount);
    if (best === null) break;
    const [a, b] = [Math.floor(best / PAIR), best % PAIR];
    const [left = '', right = ''] = [vocabulary[a], vocabulary[b]];
    const merged = left + right;
    const place = placeOf.get(merged) ?? vocabulary.length;
    if (place === vocabulary.length) {
      vocabulary.push(merged);
      placeOf.set(merged, place);
    }
    merges.push([left, right]);
    for (const word of pairs.wordsOf(best)) {
      const each = split[word];
      if (!each) continue;
      const next = joined(each.pieces, a, b, place);
      if (next.length === each.pieces.length) continue;
      pairs.add(each.pieces, -each.count, word);
      pairs.add(next, each.count, word);
      each.pieces = next;
    }
    pairs.drop(best);
  }
  return { vocabulary, merges };
}

function joined(pieces: readonly number[], a: number, b: number, place: number): number[] {
  const out: number[] = [];
  for (let i = 0; i < pieces.length; i++) {
    const isPair = pieces[i] === a && pieces[i + 1] === b;
    out.push(isPair ? place : (pieces[i] ?? 0));
    if (isPair) i += 1;
  }
  return out;
}

/** How often pairs stand together, with the one that does most at hand; of the same count the smallest. */
class PairCounts {
  readonly #counts = new Map<number, number>();
  readonly #words = new Map<number, Set<number>>();
  /** A heap whose counts may be older than the true ones. */
  readonly #heap: { readonly pair: number; readonly count: number }[] = [];

  add(pieces: readonly number[], count: number, word: number): void {
    for (let i = 0; i + 1 < pieces.length; i++) {
      const pair = (pieces[i] ?? 0) * PAIR + (pieces[i + 1] ?? 0);
      const now = (this.#counts.get(pair) ?? 0) + count;
      this.#counts.set(pair, now);
      if (count < 0) continue;
      const words = this.#words.get(pair);
      if (words) words.add(word);
      else this.#words.set(pair, new Set([word]));
      this.#push({ pair, count: now });
    }
  }

  /** Words that have or had it. */
  wordsOf(pair: number): readonly number[] {
    return [...(this.#words.get(pair) ?? [])];
  }

  drop(pair: number): void {
    this.#counts.delete(pair);
    this.#words.delete(pair);
  }

  take(minCount: number): number | null {
    for (let top = this.#pop(); top; top = this.#pop()) {
      const count = this.#counts.get(top.pair) ?? 0;
      if (count === top.count) return count >= Math.max(1, minCount) ? top.pair : null;
      if (count > 0 && count < top.count) this.#push({ pair: top.pair, count });
    }
    return null;
  }

  #isBefore(i: number, j: number): boolean {
    const [a, b] = [this.#heap[i], this.#heap[j]];
    if (!a || !b) return false;
    return a.count > b.count || (a.count === b.count && a.pair < b.pair);
  }

  #swap(i: number, j: number): void {
    const [a, b] = [this.#heap[i], this.#heap[j]];
    if (!a || !b) return;
    this.#heap[i] = b;
    this.#heap[j] = a;
  }

  #push(entry: { readonly pair: number; readonly count: number }): void {
    this.#heap.push(entry);
    for (let at = this.#heap.length - 1; at > 0;) {
      const above = (at - 1) >> 1;
      if (!this.#isBefore(at, above)) break;
      this.#swap(at, above);
      at = above;
    }
  }

  #pop(): { readonly pair: number; readonly count: number } | undefined {
    const top = this.#heap[0];
    const last = this.#heap.pop();
    if (!top || !last || this.#heap.length === 0) return top;
    this.#heap[0] = last;
    for (let at = 0; ;) {
      const below = [2 * at + 1, 2 * at + 2];
      const next = below.reduce((best, each) => (this.#isBefore(each, best) ? each : best), at);
      if (next === at) return top;
      this.#swap(at, next);
      at = next;
    }
  }
}

/** The word in pieces: the merge that was learned first comes first, from the left. */
export function mergedPieces(word: string, ranks: ReadonlyMap<string, number>): readonly string[] {
  let pieces = Array.from(word);
  for (;;) {
    let best = Infinity;
    for (let i = 0; i + 1 < pieces.length; i++) {
      best = Math.min(best, ranks.get(`${pieces[i] ?? ''} ${pieces[i + 1] ?? ''}`) ?? Infinity);
    }
    if (best === Infinity) return pieces;
    const next: string[] = [];
    for (let i = 0; i < pieces.length; i++) {
      const [a = '', b] = [pieces[i], pieces[i + 1]];
      const isPair = b !== undefined && ranks.get(`${a} ${b}`) === best;
      next.push(isPair ? a + b : a);
      if (isPair) i += 1;
    }
    pieces = next;
  }
}
