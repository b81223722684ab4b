/** Rule: a card says kind and name whole where any size from 12 down to 10, in one line or two, has room for both. */
import { expect, it } from 'vitest';
import {
  cardTitle,
  isTight,
  NAME,
  summarySize,
  TITLE,
  TITLE_ROOM,
} from '#engine/drawing/cardTitle.ts';
import { isPortNamed, portY } from '#engine/drawing/geometry.ts';
import { humpsOf, textWidth } from '#engine/drawing/textWidth.ts';
import { layers } from '#engine/layers/index.ts';

it.each([
  ['Linear', 'fc1', { lines: ['Linear'], sizePx: 12, nameLine: null }],
  ['LeakyReLU', 'd_act1', { lines: ['LeakyReLU'], sizePx: 11.5, nameLine: null }],
  ['BatchNorm1d', 'g_bn1', { lines: ['BatchNorm1d'], sizePx: 10.5, nameLine: null }],
  [
    'TransformerEncoderLayer',
    'block1',
    { lines: ['Transformer', 'EncoderLayer'], sizePx: 10, nameLine: 0 },
  ],
  [
    'LearnedPositionalEmbedding',
    'position',
    { lines: ['LearnedPositional', 'Embedding'], sizePx: 10, nameLine: 1 },
  ],
  ['CrossEntropyLoss', 'loss', { lines: ['Cross', 'EntropyLoss'], sizePx: 10, nameLine: null }],
  ['HingeEmbeddingLoss', 'hinge', { lines: ['Hinge', 'EmbeddingLoss'], sizePx: 10, nameLine: 0 }],
  ['CrossEntropyLoss', '', { lines: ['CrossEntropyLoss'], sizePx: 11.5, nameLine: null }],
])('%s %s', (type, name, title) => {
  expect(cardTitle(type, name)).toEqual(title);
});

it('of every kind a name of six letters is whole', () => {
  const name = 'block1';
  // What can be said in two lines, and what is short.
  const kinds = [...layers.keys()].filter((type) => humpsOf(type).length > 1 || type.length < 10);
  expect(kinds.length).toBeGreaterThan(80);
  for (const type of kinds) {
    const { lines, sizePx, nameLine } = cardTitle(type, name);
    const beside = nameLine === null ? lines : [lines[nameLine] ?? ''];
    const width = Math.max(...beside.map((line) => textWidth(line, { ...TITLE, sizePx })));
    expect(width + textWidth(name, NAME), type).toBeLessThan(TITLE_ROOM);
    expect(lines.join('')).toBe(type);
  }
});

it('what two lines hold from afar is not made smaller', () => {
  expect(isTight('Linear')).toBe(false);
  expect(isTight('BatchNorm1d')).toBe(false);
  expect(isTight('BCEWithLogitsLoss')).toBe(true);
});

it('a long summary gets smaller, and not too small', () => {
  expect(summarySize('96')).toBe(10);
  expect(summarySize('64 indices, 63 classes')).toBeCloseTo(9.39, 2);
  expect(summarySize('x'.repeat(100))).toBe(9);
});

it('names of ports do not run into each other, however many there are', () => {
  expect(isPortNamed(0, 1)).toBe(false);
  for (const count of [2, 3, 5, 8, 13, 40]) {
    const named = Array.from({ length: count }, (_, i) => i).filter((i) => isPortNamed(i, count));
    expect(named.length).toBeGreaterThan(1);
    named.slice(1).forEach((index, i) => {
      const before = portY(named[i] ?? 0, count);
      expect(portY(index, count) - before).toBeGreaterThanOrEqual(11);
    });
  }
});
