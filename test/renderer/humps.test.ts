import { expect, it } from 'vitest';
import { evenBreak } from '#engine/drawing/cardTitle.ts';
import { humpsOf } from '#engine/drawing/textWidth.ts';

it.each([
  ['TransformerEncoderLayer', ['Transformer', 'EncoderLayer']],
  ['LearnedPositionalEmbedding', ['LearnedPositional', 'Embedding']],
  ['AdaptiveAvgPool2d', ['Adaptive', 'AvgPool2d']],
  ['BatchNorm1d', ['Batch', 'Norm1d']],
])('%s comes in two lines of which the longer is as short as can be', (type, lines) => {
  const parts = humpsOf(type);
  const at = evenBreak(parts);
  expect([parts.slice(0, at).join(''), parts.slice(at).join('')]).toEqual(lines);
});

it('a name of one part has no place to break', () => {
  expect(evenBreak(['Linear'])).toBe(1);
});
