/**
 * Damaged files by the ten thousand through every reader of people's data: each is refused with a code, or read as a
 * sound table; nothing else is thrown, nothing takes long, memory stays bounded. Prints the counts.
 * `npx vitest run --config test/bench/vitest.config.ts parsers`; NN_FUZZ: how many over all readers (100,000),
 * NN_FUZZ_SEED: another hundred thousand.
 */
import { expect, test } from 'vitest';
import { InputError } from '#engine/ir/problem.ts';
import { RandomStream } from '#engine/ops/index.ts';
import { dataReaders } from '../support/dataReaders.ts';

const TOTAL = Number(process.env['NN_FUZZ'] ?? 100_000);
const SEED = Number(process.env['NN_FUZZ_SEED'] ?? 9);
const SLOW_MS = 5_000;
const ENDLESS_MS = 30_000;
const MOST_GROWTH_BYTES = 2 ** 30;
const MOST_SHOWN = 3;

/** A reader that never answers is a fault like any other. */
async function ending(answer: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(`no answer for ${ENDLESS_MS} ms`)), ENDLESS_MS);
  });
  await Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

const readers = await dataReaders();
const shares = readers.reduce((sum, { share }) => sum + share, 0);

test.each(readers)(
  '$name',
  async ({ name, share, ...reader }) => {
    const rounds = Math.ceil((TOTAL * share) / shares);
    const before = process.memoryUsage.rss();
    let [read, slowestMs, peakBytes] = [0, 0, before];
    const codes = new Map<string, number>();
    const crashes: unknown[] = [];
    const from = performance.now();
    for (let round = 0; round < rounds; round++) {
      const begun = performance.now();
      try {
        // Each has a stream of its own: a case can be had again by itself.
        await ending(reader.run(new RandomStream(SEED, 'data', round)));
        read += 1;
      } catch (error) {
        if (error instanceof InputError && error.code !== '') {
          codes.set(error.code, (codes.get(error.code) ?? 0) + 1);
        } else {
          crashes.push(new Error(`case ${round} of seed ${SEED} was no refusal`, { cause: error }));
        }
      }
      slowestMs = Math.max(slowestMs, performance.now() - begun);
      if (round % 50 === 0) {
        peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
        // Lets the collector and the runner have their turn.
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    const refused = [...codes.values()].reduce((sum, count) => sum + count, 0);
    const usual = [...codes].sort(([, a], [, b]) => b - a).slice(0, MOST_SHOWN);
    console.log(
      `${name.padEnd(20)} ${rounds} damaged: ${refused} refused, ${read} taken, ${crashes.length} faults; slowest ${slowestMs.toFixed(0)} ms, memory +${Math.ceil((peakBytes - before) / 2 ** 20)} MB, ${((performance.now() - from) / 1000).toFixed(0)} s; ${usual.map(([code, count]) => `${code} ${count}`).join(', ')}`,
    );
    expect(crashes.slice(0, MOST_SHOWN)).toEqual([]);
    expect(slowestMs).toBeLessThan(SLOW_MS);
    expect(peakBytes - before).toBeLessThan(MOST_GROWTH_BYTES);
  },
  3_000_000,
);
