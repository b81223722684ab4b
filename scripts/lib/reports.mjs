// What Vitest and Playwright report as JSON, as one shape: counts, what failed, what was skipped and why, seconds a file.
import { readFileSync } from 'node:fs';
import { ROOT } from './project.mjs';

/**
 * @typedef {object} Report
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {readonly string[]} failures What failed, by name and first line.
 * @property {readonly string[]} flaky What failed at first and passed when it was tried again.
 * @property {readonly string[]} notes What was skipped, and why.
 * @property {readonly { readonly file: string, readonly seconds: number }[]} files A file may be there more than once.
 */

const placeOf = (file) => file.replace(`${ROOT}/`, '');
const isSkipped = ({ status }) => ['pending', 'skipped', 'todo'].includes(status);

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

/** A check, or a program that left no report: it passes or fails as a whole. @returns {Report} */
export const whole = (name, passed) => ({
  ...{ passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 },
  ...{ failures: passed ? [] : [name], flaky: [], notes: [], files: [] },
});

/** @returns {Report} */
export function vitestReport(path, code, projects) {
  const report = readJson(path);
  if (!report) return whole(`vitest left no report of ${projects.join(', ')}`, false);
  const failures = [];
  const notes = [];
  for (const { name, message, status, assertionResults: tests } of report.testResults) {
    const place = placeOf(name);
    const broken = tests.filter((test) => test.status === 'failed');
    for (const { fullName, failureMessages } of broken) {
      const [why = ''] = failureMessages.join('\n').split('\n');
      failures.push(`${place} › ${fullName}: ${why}`);
    }
    // A suite that does not load has no failed tests of its own, yet has failed.
    if (status === 'failed' && broken.length === 0) failures.push(`${place}: ${message}`);
    const skipped = tests.filter(isSkipped);
    if (skipped.length > 0) notes.push(`${place}: ${skipped.length} (${skipped[0].title})`);
  }
  return {
    passed: report.numPassedTests,
    failed: Math.max(report.numFailedTests, code === 0 ? 0 : 1),
    skipped: report.numPendingTests + report.numTodoTests,
    ...{ failures, flaky: [], notes },
    files: report.testResults.map(({ name, startTime, endTime }) => ({
      file: placeOf(name),
      seconds: (endTime - startTime) / 1000,
    })),
  };
}

/** Specs of a suite and of the suites in it. */
const specsIn = (suite) => [
  ...(suite.specs ?? []),
  ...(suite.suites ?? []).flatMap((inner) => specsIn(inner)),
];
const secondsOf = ({ tests }) =>
  tests.flatMap(({ results }) => results).reduce((sum, { duration }) => sum + duration, 0) / 1000;

/** @returns {Report} */
export function playwrightReport(path, code) {
  const report = readJson(path);
  if (!report?.stats) return whole('playwright left no report', false);
  const { expected, unexpected, flaky, skipped } = report.stats;
  const specs = specsIn({ suites: report.suites });
  const named = (chosen) => chosen.map(({ title, file }) => `test/e2e/${file} › ${title}`);
  return {
    passed: expected + flaky,
    failed: Math.max(unexpected, code === 0 ? 0 : 1),
    skipped,
    failures: named(specs.filter(({ ok }) => !ok)),
    flaky: named(specs.filter(({ tests }) => tests.some(({ status }) => status === 'flaky'))),
    notes: skipped === 0 ? [] : [`e2e: ${skipped}`],
    files: specs.map((spec) => ({ file: `test/e2e/${spec.file}`, seconds: secondsOf(spec) })),
  };
}

/** @param {readonly Report[]} reports @returns {Report} */
export const joined = (reports) => ({
  passed: reports.reduce((sum, { passed }) => sum + passed, 0),
  failed: reports.reduce((sum, { failed }) => sum + failed, 0),
  skipped: reports.reduce((sum, { skipped }) => sum + skipped, 0),
  failures: reports.flatMap(({ failures }) => failures),
  flaky: reports.flatMap(({ flaky }) => flaky),
  notes: reports.flatMap(({ notes }) => notes),
  files: reports.flatMap(({ files }) => files),
});

/** Seconds of each file, over all its tests and rounds, the longest first. @param {Report} report */
export function slowestFiles({ files }) {
  const seconds = new Map();
  for (const each of files) {
    seconds.set(each.file, (seconds.get(each.file) ?? 0) + each.seconds);
  }
  return [...seconds].sort(([, a], [, b]) => b - a);
}
