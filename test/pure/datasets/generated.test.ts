/**
 * Rule: what is generated is the same for the same options and seed in every version, or a run of an earlier one cannot
 * be trained again. Where samples are changed on purpose, the fingerprint here is written anew, and the change is told.
 */
import { expect, test } from 'vitest';
import { datasets, loadData } from '#engine/datasets/index.ts';
import { xxHash32 } from '#engine/datasets/shared/fingerprint.ts';
import type { JsonValue } from '#engine/ir/attrs.ts';
import { memoryFiles } from '#test/support/memoryFiles.ts';

type Options = Readonly<Record<string, JsonValue>>;

/** Of each column; numbers to a thousandth, since the last bits of a sine are the machine's. */
async function printsOf(id: string, options: Options): Promise<readonly string[]> {
  const { columns } = await loadData(id, options, memoryFiles({}));
  return columns.map(({ stored }) => {
    const whole = Int32Array.from(stored, (value) => Math.round(value * 1024));
    return xxHash32(new Uint8Array(whole.buffer), 0).toString(16);
  });
}

const MADE: readonly (readonly [id: string, options: Options, ...prints: string[]])[] = [
  ['blobs', { count: 60 }, '4053b74a', 'd526e028'],
  ['blobs', { count: 60, classes: 5, seed: 3 }, '3411d9b9', 'efb33099'],
  ['circles', { count: 60 }, '94333686', 'eed3b3a6'],
  ['circles', { count: 60, classes: 3 }, '2876beee', 'd526e028'],
  ['curves', { count: 60, curve: 'sine' }, 'caf7d12e', '1af2b993'],
  ['curves', { count: 60, curve: 'polynomial' }, 'caf7d12e', '5052ad96'],
  ['curves', { count: 60, curve: 'step' }, 'caf7d12e', '7f709986'],
  ['curves', { count: 60, curve: 'absolute' }, 'caf7d12e', '66dc6a45'],
  ['curves', { count: 60, curve: 'bump' }, 'caf7d12e', '3986f736'],
  ['curves', { count: 60, curve: 'chirp' }, 'caf7d12e', '6759291f'],
  ['curves', { count: 60, curve: 'sawtooth' }, 'caf7d12e', '80dacf40'],
  ['digits', { count: 150 }, 'c3a351d8', 'eb7db772'],
  ['digits', { count: 40, seed: 7 }, '31e1a1b2', '1f398728'],
  ['moons', { count: 60 }, 'f8f79db4', 'eed3b3a6'],
  ['moons', { count: 61, noise: 0 }, '5d4cb26e', '5b197c7a'],
  ['series', { count: 60 }, '2187a7e', 'eba7c10e'],
  ['series', { count: 40, waves: 1, shortest: 50, longest: 5, trend: 3 }, 'eea30bc1', 'f0f15592'],
  ['shapes', { count: 60 }, '4554b3bc', '9293ce48', '6245037f', '102479bf', 'c9a1f3a4'],
  [
    'shapes',
    { count: 30, colours: 'grey', turned: true, side: 16 },
    '7a0be5a2',
    'ee4195f5',
    '4025f1f8',
    'ace1e2a3',
  ],
  ['spirals', { count: 60 }, '4fa6640a', 'eed3b3a6'],
  ['spirals', { count: 60, classes: 4, noise: 0 }, '5fa1ce6e', '8b15f87a'],
  ['tales', { count: 3000, stride: 16 }, '8632ad8a', '44b7c5aa'],
  ['xor', { count: 60 }, '85151751', 'eed3b3a6'],
];

test.each(MADE.map(([id, options, ...prints]) => ({ id, options, prints })))(
  '$id with $options',
  async ({ id, options, prints }) => expect(await printsOf(id, options)).toEqual(prints),
);
test('all that is generated is among them', () => {
  const generated = [...datasets.values()].filter(({ path }) => path === undefined);
  expect([...new Set(MADE.map(([id]) => id))]).toEqual(generated.map(({ id }) => id).sort());
});
