/**
 * Vitest's runner, which tries mutants within each test: once without any, then once with each that it reached and
 * that nothing has caught yet. A mutant is caught where the test fails with it and passes once more without it, so
 * that what another one left behind counts for nothing.
 */
import { relative } from 'node:path';
import type { RunnerTestCase, RunnerTestFile, RunnerTestSuite } from 'vitest';
import { VitestTestRunner } from 'vitest/runners';
import { SWITCH } from './switches.ts';
import { readDrawn, readTurn, record, ROOT } from './work.ts';

/** Of processor time: in a longer test each mutant would cost as much as a quick one that may catch it later. */
const MOST_MS = 500;
/** In so many tests, the nearest first; of 97 that were caught none was by a later one than the 235th. */
const MOST_TRIES = 300;
/** So many times as often as without it: a loop that does not end. */
const MOST_TIMES = 100;
const LEAST_LIMIT = 100_000;

const turn = readTurn();
const left = new Set(turn.left);
/** In how many tests each was tried. */
const tries = new Uint32Array(readDrawn().length);
/** How often each was asked for since it was last looked at. */
const asked = new Uint32Array(readDrawn().length);
let active = turn.alone;
let limit = Infinity;
const isAsked = (id: number): boolean => (asked[id] ?? 0) > 0;

Object.defineProperty(globalThis, SWITCH, {
  value(id: number): boolean {
    const times = (asked[id] ?? 0) + 1;
    asked[id] = times;
    if (id !== active) return false;
    if (times > limit) throw new Error('This loop does not end.');
    return true;
  },
});

/** What was asked for since it was last called, of those that are left. */
function taken(): readonly number[] {
  const ids = [...left].filter(isAsked);
  asked.fill(0);
  return ids;
}

export default class MutantRunner extends VitestTestRunner {
  #file = '';
  #within = new Set<number>();
  #outside = new Set<number>();

  override onCollectStart(file: RunnerTestFile): void {
    super.onCollectStart(file);
    this.#enter(file);
  }

  #enter(file: RunnerTestFile): void {
    this.#file = relative(ROOT, file.filepath);
  }

  override async onBeforeRunSuite(suite: RunnerTestSuite): Promise<void> {
    await super.onBeforeRunSuite(suite);
    this.#enter(suite.file);
  }

  override async onAfterRunSuite(suite: RunnerTestSuite): Promise<void> {
    await super.onAfterRunSuite(suite);
    if ('filepath' in suite) this.#leave();
  }

  #leave(): void {
    for (const id of taken()) this.#outside.add(id);
    const [within, outside] = [[...this.#within], [...this.#outside]];
    record({ event: 'file', file: this.#file, within, outside });
    this.#within = new Set();
    this.#outside = new Set();
  }

  /** Called by Vitest in place of the test's function. */
  async runTask(test: RunnerTestCase): Promise<void> {
    const run = VitestTestRunner.getTestFn(test);
    const place = { file: this.#file, test: nameOf(test) };
    record({ event: 'test', ...place });
    if (active !== null) return run();
    for (const id of taken()) this.#outside.add(id);
    const before = process.threadCpuUsage();
    try {
      await run();
    } catch (error) {
      taken();
      record({ event: 'broken', ...place, why: String(error) });
      throw error;
    }
    const spent = process.threadCpuUsage(before);
    const times = asked.slice();
    const reached = taken();
    for (const id of reached) this.#within.add(id);
    const isLong = (spent.user + spent.system) / 1000 > MOST_MS;
    const sure = isLong ? [] : await this.#tryEach(run, reached, times, place);
    for (const mutant of reached) {
      if (!sure.includes(mutant)) record({ event: 'unsure', mutant, file: this.#file });
    }
  }

  /** Those that are caught, and those with which the test passes. */
  async #tryEach(
    run: () => unknown,
    reached: readonly number[],
    times: Uint32Array,
    place: { readonly file: string; readonly test: string },
  ): Promise<readonly number[]> {
    const sure: number[] = [];
    for (const mutant of reached) {
      const tried = (tries[mutant] ?? 0) + 1;
      tries[mutant] = tried;
      if (tried > MOST_TRIES) {
        sure.push(mutant);
        continue;
      }
      record({ event: 'trying', mutant, ...place });
      const most = Math.max(LEAST_LIMIT, MOST_TIMES * (times[mutant] ?? 0));
      const passes = await passesWith(run, mutant, most);
      // What was computed before and kept says nothing about it.
      const isTried = isAsked(mutant);
      asked.fill(0);
      if (passes && isTried) sure.push(mutant);
      if (passes) continue;
      if (!(await passesWith(run, null, Infinity))) break;
      asked.fill(0);
      sure.push(mutant);
      left.delete(mutant);
      record({ event: 'caught', mutant, ...place });
    }
    asked.fill(0);
    return sure;
  }
}

async function passesWith(
  run: () => unknown,
  mutant: number | null,
  most: number,
): Promise<boolean> {
  active = mutant;
  limit = most;
  try {
    await run();
    return true;
  } catch {
    return false;
  } finally {
    active = null;
  }
}

function nameOf(test: RunnerTestCase): string {
  const names = [test.name];
  for (let suite = test.suite; suite && suite !== test.file; suite = suite.suite) {
    names.unshift(suite.name);
  }
  return names.join(' > ');
}
