// The groups of `npm test`, in their order: what each runs, and what it needs before. A group resolves to a report.
import { join } from 'node:path';
import { ensureBrowser } from './browser.mjs';
import { runChecks } from './checks.mjs';
import { projectNode, ROOT, startTool } from './project.mjs';
import { joined, playwrightReport, vitestReport, whole } from './reports.mjs';

export const REPORTS = join(ROOT, 'node_modules', '.cache', 'test-reports');

/**
 * @typedef {object} Run
 * @property {(line: string) => void} say
 * @property {readonly string[] | null} changed Only what these files can reach; null for everything.
 * @property {string} [base] The commit that they differ from.
 */

/** @param {Run} run */
async function vitest(run, name, projects, extra = []) {
  const path = join(REPORTS, `${name}.json`);
  const code = await startTool('vitest', [
    'run',
    ...projects.flatMap((project) => ['--project', project]),
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${path}`],
    ...(run.changed ? ['--changed', run.base, '--passWithNoTests'] : []),
    ...extra,
  ]);
  return vitestReport(path, code, projects);
}

/** The product as it is built stands behind these tests: a changed source reaches all of them. */
const reachesProduct = (changed) =>
  changed === null || changed.some((file) => /^src-|^package|config\.ts$/.test(file));

/** @type {Readonly<Record<string, (run: Run) => Promise<import('./reports.mjs').Report>>>} */
export const GROUPS = {
  async static(run) {
    const checks = await runChecks(null, run.say, { but: 'sources' });
    const sources = await vitest({ ...run, changed: null }, 'static', ['static']);
    return joined([...checks.map(({ name, passed }) => whole(name, passed)), sources]);
  },
  async build() {
    const code = await startTool(projectNode(), [join(ROOT, 'scripts', 'build.mjs')]);
    return whole('build', code === 0);
  },
  unit: (run) => vitest(run, 'unit', ['unit']),
  async gpu(run) {
    // Chromium's package brings the software adapter for machines without a GPU.
    ensureBrowser(run.say);
    return vitest(run, 'gpu', ['gpu']);
  },
  parity: (run) => vitest(run, 'parity', ['parity', 'backends']),
  async process(run) {
    const browser = ensureBrowser(run.say);
    if (browser) process.env.NETLOOM_CHROMIUM = browser;
    const changed = reachesProduct(run.changed) ? null : run.changed;
    return vitest({ ...run, changed }, 'process', ['process']);
  },
  async e2e(run) {
    const browser = ensureBrowser(run.say);
    if (!browser) run.say('no Chromium was found or could be installed: the end-to-end tests fail');
    const path = join(REPORTS, 'e2e.json');
    const only = reachesProduct(run.changed) ? [] : [`--only-changed=${run.base}`];
    const args = ['test', '-c', 'test/tooling/playwright.config.ts', '--pass-with-no-tests'];
    const code = await startTool('playwright', [...args, ...only], {
      env: {
        ...(browser ? { NETLOOM_CHROMIUM: browser } : {}),
        PLAYWRIGHT_JSON_OUTPUT_NAME: path,
      },
    });
    return playwrightReport(path, code);
  },
};
