/** Rules of the reports of `npm test`: what Vitest and Playwright write is counted once, and nothing that failed is lost. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  joined,
  playwrightReport,
  slowestFiles,
  vitestReport,
  whole,
} from '../../../scripts/lib/reports.mjs';
import { temporaryFolder } from '#test/support/cli.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());
function written(name: string, report: unknown): string {
  const path = join(folder.path, name);
  writeFileSync(path, JSON.stringify(report));
  return path;
}

const fine = { fullName: 'a is fine', title: 'is fine', status: 'passed', failureMessages: [] };
const broken = { ...fine, fullName: 'b fails', status: 'failed', failureMessages: ['no\nat x'] };
const left = { ...fine, fullName: 'c waits', title: 'waits', status: 'pending' };
const file = (name: string, tests: readonly object[], more = {}) => ({
  ...{ name, message: '', status: 'passed', startTime: 1000, endTime: 3500 },
  ...{ assertionResults: tests, ...more },
});

describe('of Vitest', () => {
  const counts = { numPassedTests: 1, numFailedTests: 1, numPendingTests: 1, numTodoTests: 0 };
  const all = written('all.json', {
    ...counts,
    testResults: [file('one.test.ts', [fine, broken, left], { status: 'failed' })],
  });

  test('tests are counted and what failed is named with its first line', () => {
    const report = vitestReport(all, 1, ['pure']);
    expect(report).toMatchObject({ passed: 1, failed: 1, skipped: 1 });
    expect(report.failures).toEqual(['one.test.ts › b fails: no']);
    expect(report.notes).toEqual(['one.test.ts: 1 (waits)']);
    expect(report.files).toEqual([{ file: 'one.test.ts', seconds: 2.5 }]);
  });

  test('a file that does not load has failed, though none of its tests has', () => {
    const path = written('unloaded.json', {
      ...{ ...counts, numFailedTests: 0 },
      testResults: [file('two.test.ts', [], { status: 'failed', message: 'no such module' })],
    });
    const report = vitestReport(path, 1, ['pure']);
    expect(report.failed).toBe(1);
    expect(report.failures).toEqual(['two.test.ts: no such module']);
  });

  test('without a report the group has failed', () => {
    const report = vitestReport(join(folder.path, 'none.json'), 0, ['pure', 'ops']);
    expect(report).toMatchObject({ passed: 0, failed: 1 });
    expect(report.failures[0]).toContain('pure, ops');
  });
});

describe('of Playwright', () => {
  const spec = (title: string, ok: boolean, status: string) => ({
    ...{ title, ok, file: 'live.spec.ts' },
    tests: [{ status, results: [{ duration: 500 }, { duration: 1000 }] }],
  });
  const stats = { expected: 1, unexpected: 1, flaky: 1, skipped: 0 };
  const inner = [spec('b', false, 'unexpected'), spec('c', true, 'flaky')];
  const suites = [{ specs: [spec('a', true, 'expected')], suites: [{ specs: inner }] }];
  const path = written('e2e.json', { stats, suites });

  test('specs of inner suites are counted, and second tries named', () => {
    const report = playwrightReport(path, 1);
    expect(report).toMatchObject({ passed: 2, failed: 1, skipped: 0 });
    expect(report.failures).toEqual(['test/e2e/live.spec.ts › b']);
    expect(report.flaky).toEqual(['test/e2e/live.spec.ts › c']);
    expect(slowestFiles(report)).toEqual([['test/e2e/live.spec.ts', 4.5]]);
  });

  test('a run that ended badly without a failed test has failed', () => {
    const none = written('ended.json', { stats: { ...stats, unexpected: 0 }, suites: [] });
    expect(playwrightReport(none, 1).failed).toBe(1);
    expect(playwrightReport(none, 0).failed).toBe(0);
  });
});

test('reports add up, and the slowest file comes first', () => {
  const one = { ...whole('lint', true), files: [{ file: 'a', seconds: 1 }] };
  const two = {
    ...whole('types', false),
    files: [
      { file: 'b', seconds: 1.5 },
      { file: 'a', seconds: 1 },
    ],
  };
  const sum = joined([one, two]);
  expect(sum).toMatchObject({ passed: 1, failed: 1, skipped: 0, failures: ['types'] });
  expect(slowestFiles(sum)).toEqual([
    ['a', 2],
    ['b', 1.5],
  ]);
});
