/**
 * Rules: the tales of resources/data are those that the source makes, all phrases of the grammar can be reached, and a
 * network knows every character before a tale is made.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { dataRandom } from '#engine/datasets/shared/random.ts';
import { ALPHABET, GRAMMAR, NAMES } from '#engine/datasets/tales/grammar.ts';
import { writeTales } from '#engine/datasets/tales/write.ts';
import { loadData } from '#engine/datasets/index.ts';
import { expectDerivedFile } from '#test/support/derivedFile.ts';
import { memoryFiles } from '#test/support/memoryFiles.ts';

const PATH = resolve(import.meta.dirname, '..', '..', 'resources', 'data', 'tales.txt');
const HEADER = `Tales of our own: made up from phrases that were written for this product (datasets/tales/grammar.ts),
always the same, under its licence. Not for their wisdom: for networks that learn to write.
The tales begin after this line.
----
`;
const CHARACTERS = 80_000;
const tales = (seed: number, characters = CHARACTERS): string =>
  writeTales(characters, dataRandom(seed, 'tales'));

test('the file of tales is what the grammar writes', () => {
  expectDerivedFile(PATH, `${HEADER}${tales(1)}\n`);
  const size = readFileSync(PATH).length;
  expect(size).toBeGreaterThan(60_000);
  expect(size).toBeLessThan(100_000);
});

describe('tales', () => {
  test('are written with the characters that a network is told of', () => {
    const known = new Set(ALPHABET);
    const strange = [1, 2, 3].flatMap((seed) => [...tales(seed)].filter((c) => !known.has(c)));
    expect(strange).toEqual([]);
  });

  test('have no phrase that nothing leads to, and none that leads nowhere', () => {
    const all = Object.values(GRAMMAR).flat();
    const named = new Set(
      all.flatMap((phrase) => [...phrase.matchAll(/\{\^?(\w+)\}/g)].map(([, name = '']) => name)),
    );
    expect([...named].filter((name) => !(name in GRAMMAR))).toEqual([]);
    expect(Object.keys(GRAMMAR).filter((name) => name !== 'piece' && !named.has(name))).toEqual([]);
    const people = all.flatMap((phrase) =>
      [...phrase.matchAll(/\{@(\w+)\}/g)].map(([, who]) => who),
    );
    expect(new Set(people)).toEqual(new Set(['who', 'other']));
  });

  test('are varied: hardly a piece comes twice, and no slot is left open', () => {
    const pieces = tales(1).split('\n\n').slice(0, -1);
    expect(new Set(pieces).size).toBe(pieces.length);
    expect(pieces.length).toBeGreaterThan(200);
    expect(tales(1)).not.toMatch(/[{}@^]/);
    for (const name of NAMES) expect(tales(1)).toContain(name);
    expect(tales(2)).not.toBe(tales(1));
  });

  test('are windows of characters with what comes next', async () => {
    const options = { count: 50, length: 8, stride: 2 };
    const table = await loadData('tales', options, memoryFiles({}));
    const text = tales(1, 200);
    const [tokens, labels] = table.columns;
    const letter = (index: number): string => ALPHABET[index - 2] ?? '?';
    for (let row = 0; row < table.count; row++) {
      const window = [...(tokens?.stored.slice(row * 8, row * 8 + 8) ?? [])].map(letter).join('');
      expect(window).toBe(text.slice(row * 2, row * 2 + 8));
      expect(letter(labels?.stored[row] ?? 0)).toBe(text[row * 2 + 8]);
    }
  });
});
