// `npm test`: sets up what is missing, then runs every check and suite and ends with one line,
// `N passed, N failed, N skipped`. Usage: npm test [-- GROUP...] with the group names below.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBrowser } from './lib/browser.mjs';
import { ensureInstalled, ROOT, runTool, startTool } from './lib/project.mjs';

const say = (message) => console.log(`[test] ${message}`);
// Derived files that are stale fail here; a single test run by hand writes them anew.
process.env.CI ??= 'true';
const reports = join(ROOT, 'node_modules', '.cache', 'test-reports');
const totals = { passed: 0, failed: 0, skipped: 0 };
const notes = [];
/** What failed, by name: said once more at the end, where a long log is read first. */
const failures = [];
/** What failed at first and passed when it was tried again. */
const flaky = [];
const selected = process.argv.slice(2);

const readReport = (name) => {
  try {
    return JSON.parse(readFileSync(join(reports, name), 'utf8'));
  } catch {
    return null;
  }
};
const count = (passed, failed, skipped) => {
  totals.passed += passed;
  totals.failed += failed;
  totals.skipped += skipped;
};

/** One check that passes or fails as a whole. */
async function check(name, command, args) {
  const code = await startTool(command, args);
  count(code === 0 ? 1 : 0, code === 0 ? 0 : 1, 0);
  if (code !== 0) failures.push(name);
  return code === 0;
}

const placeOf = (file) => file.replace(`${ROOT}/`, '');

function vitest(projects, reportName, extra = []) {
  const code = runTool('vitest', [
    'run',
    ...projects.flatMap((project) => ['--project', project]),
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${join(reports, reportName)}`,
    ...extra,
  ]);
  const report = readReport(reportName);
  if (!report) {
    failures.push(`vitest left no report for ${projects.join(', ')}`);
    count(0, 1, 0);
    return;
  }
  const skipped = report.numPendingTests + report.numTodoTests;
  // A suite that fails to load has no failed tests of its own, yet has failed.
  const failed = Math.max(report.numFailedTests, code === 0 ? 0 : 1);
  count(report.numPassedTests, failed, skipped);
  for (const file of report.testResults) {
    const place = placeOf(file.name);
    const broken = file.assertionResults.filter((test) => test.status === 'failed');
    for (const test of broken) {
      const [why = ''] = test.failureMessages.join('\n').split('\n');
      failures.push(`${place} › ${test.fullName}: ${why}`);
    }
    if (file.status === 'failed' && broken.length === 0) failures.push(`${place}: ${file.message}`);
  }
  if (skipped > 0) {
    const files = report.testResults.filter((file) =>
      file.assertionResults.some((test) => test.status === 'pending' || test.status === 'skipped'),
    );
    for (const file of files) {
      const place = placeOf(file.name);
      const names = file.assertionResults
        .filter((test) => test.status === 'pending' || test.status === 'skipped')
        .map((test) => test.title);
      notes.push(`${place}: ${names.length} skipped (${names[0]})`);
    }
  }
}

/** Specs of a suite and of the suites in it. */
const specsIn = (suite, isMeant) => [
  ...(suite.specs ?? []).filter(isMeant),
  ...(suite.suites ?? []).flatMap((inner) => specsIn(inner, isMeant)),
];
const isFlaky = (spec) => spec.tests.some((test) => test.status === 'flaky');

function e2e() {
  const browser = ensureBrowser(say);
  if (!browser) say('no Chromium found or installable: the end-to-end tests will fail');
  const code = runTool('playwright', ['test', '-c', 'test/tooling/playwright.config.ts'], {
    env: {
      ...(browser ? { NETLOOM_CHROMIUM: browser } : {}),
      PLAYWRIGHT_JSON_OUTPUT_NAME: join(reports, 'e2e.json'),
    },
  });
  const report = readReport('e2e.json');
  const stats = report?.stats;
  const all = { suites: report?.suites ?? [] };
  for (const { title, file } of specsIn(all, (spec) => !spec.ok)) {
    failures.push(`${file} › ${title}`);
  }
  for (const { title, file } of specsIn(all, isFlaky)) {
    flaky.push(`${file} › ${title}`);
  }
  if (!stats) {
    failures.push('playwright left no report');
    count(0, 1, 0);
  } else {
    count(
      stats.expected + stats.flaky,
      Math.max(stats.unexpected, code === 0 ? 0 : 1),
      stats.skipped,
    );
  }
}

const groups = {
  format: () => check('format', 'prettier', ['--check', '--log-level=warn', '.']),
  lint: () => check('lint', 'eslint', ['--max-warnings', '0', '.']),
  types: async () => {
    for (const project of ['src-engine', 'src-main', 'src-player', 'src-renderer', 'test']) {
      await check(`types ${project}`, 'tsc', ['-p', project]);
    }
  },
  boundaries: () =>
    check('boundaries', 'depcruise', [
      '--config',
      'test/tooling/dependency-cruiser.config.cjs',
      'src-engine',
      'src-main',
      'src-player',
      'src-renderer',
    ]),
  size: () => check('size', 'node', ['scripts/size.mjs']),
  unit: () => vitest(['pure', 'ops', 'layers', 'renderer'], 'unit.json'),
  gpu: () => {
    // Chromium's package brings the software adapter for machines without a GPU.
    ensureBrowser(say);
    vitest(['gpu'], 'gpu.json');
  },
  parity: () => vitest(['parity', 'backends'], 'parity.json'),
  build: () => check('build', 'node', ['scripts/build.mjs']),
  process: () => {
    const browser = ensureBrowser(say);
    if (browser) process.env.NETLOOM_CHROMIUM = browser;
    vitest(['process'], 'process.json');
  },
  e2e,
};

const unknown = selected.filter((name) => !(name in groups));
if (unknown.length > 0) {
  console.error(`no group ${unknown.join(', ')}; there are ${Object.keys(groups).join(', ')}`);
  process.exit(2);
}

ensureInstalled(say);
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
async function runGroup(name) {
  if (selected.length > 0 && !selected.includes(name)) {
    notes.push(`${name}: group left out, not asked for`);
    return;
  }
  const started = Date.now();
  say(`${name} ...`);
  await groups[name]();
  say(`${name} done in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

// Linting takes one core as long as the other checks of the text together; the suites share all cores
// out among themselves.
const linting = runGroup('lint');
for (const name of Object.keys(groups)) {
  if (name === 'unit') await linting;
  if (name !== 'lint') await runGroup(name);
}
for (const failure of failures) say(`failed: ${failure}`);
for (const name of flaky) say(`passed only the second time: ${name}`);
for (const note of notes) say(`skipped: ${note}`);
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exit(totals.failed === 0 ? 0 : 1);
