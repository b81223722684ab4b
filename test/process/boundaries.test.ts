/** Rule: the boundary rules find what they forbid. Each is broken on purpose in a tree of its own. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { temporaryFolder } from '../support/cli.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');

/** A file that imports another, and the rule that forbids it. */
const PLANTED: readonly (readonly [from: string, to: string, rule: string | null])[] = [
  ['src-engine/ir/a.ts', 'src-engine/ir/b.ts', 'no-cycles'],
  // The other half of the cycle, which is reported once.
  ['src-engine/ir/b.ts', 'src-engine/ir/a.ts', null],
  ['src-engine/check/main.ts', 'src-main/folders.ts', 'engine-sees-only-itself'],
  ['src-engine/training/loop.ts', 'node:fs', 'engine-no-node-outside-platform'],
  ['src-engine/layers/linear.ts', 'src-engine/training/loop.ts', 'layers-see-only-ir-and-ops'],
  [
    'src-engine/augment/steps/flip.ts',
    'src-engine/training/loop.ts',
    'augmentation-sees-only-ir-and-ops',
  ],
  ['src-engine/metrics/loss.ts', 'src-engine/training/loop.ts', 'metrics-see-only-ir-and-ops'],
  ['src-engine/schedules/stepLR.ts', 'src-engine/ops/shapes.ts', 'schedules-see-only-ir'],
  ['src-engine/ops/shapes.ts', 'src-engine/layers/index.ts', 'ops-see-only-ir'],
  [
    'src-engine/assembler/instructions.ts',
    'src-engine/ops/shapes.ts',
    'the-assembler-knows-nobody',
  ],
  [
    'src-engine/check/rules.ts',
    'src-engine/layers/linear.ts',
    'layer-files-only-through-the-registry',
  ],
  [
    'src-engine/training/run.ts',
    'src-engine/backends/wasm/session.ts',
    'backends-only-through-their-index',
  ],
  [
    'src-renderer/canvas/main.ts',
    'src-engine/training/loop.ts',
    'renderer-only-sees-the-pure-engine',
  ],
  ['src-main/cli/view.ts', 'src-renderer/canvas/main.ts', 'main-never-sees-the-renderer'],
  ['src-player/page.ts', 'src-engine/compile/plan.ts', 'player-only-runs-models'],
  ['src-main/services/runs.ts', 'src-main/server/main.ts', 'services-do-not-know-their-host'],
  ['src-main/server/main.ts', 'electron', 'electron-only-in-the-shell'],
  ['src-main/preload/preload.ts', 'src-main/folders.ts', 'preload-sees-only-protocol'],
  ['src-renderer/dock/main.ts', 'echarts', 'echarts-only-in-charts'],
];

const folder = temporaryFolder();
const tree = folder.path;
afterAll(() => folder.remove());

function plant(): void {
  const sources = new Map<string, string[]>();
  for (const [from, to] of PLANTED) {
    const own = sources.get(from) ?? [];
    // Steps up to the root of the tree, then down again.
    const up = '../'.repeat(from.split('/').length - 1);
    own.push(`import '${to.startsWith('src-') ? up + to : to}';`);
    sources.set(from, own);
    if (to.startsWith('src-') && !sources.has(to)) sources.set(to, []);
  }
  for (const [file, lines] of sources) {
    mkdirSync(join(tree, dirname(file)), { recursive: true });
    writeFileSync(join(tree, file), `${lines.join('\n')}\nexport {};\n`);
  }
  for (const name of ['electron', 'echarts']) {
    const home = join(tree, 'node_modules', name);
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'package.json'), JSON.stringify({ name, main: 'index.js' }));
    writeFileSync(join(home, 'index.js'), '');
  }
}

test('every forbidden import is found, by its rule', () => {
  plant();
  const config = join(ROOT, 'test', 'tooling', 'dependency-cruiser.config.cjs');
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      ...[join(ROOT, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs')],
      ...['--config', config, '--output-type', 'json'],
      ...['src-engine', 'src-main', 'src-player', 'src-renderer'],
    ],
    { cwd: tree, encoding: 'utf8', maxBuffer: 2 ** 26 },
  );
  expect(stderr).toBe('');
  const { summary } = JSON.parse(stdout) as {
    readonly summary: { readonly violations: readonly { from: string; rule: { name: string } }[] };
  };
  const found = new Set(summary.violations.map(({ from, rule }) => `${from}: ${rule.name}`));
  for (const [from, , rule] of PLANTED)
    if (rule !== null) expect(found).toContain(`${from}: ${rule}`);
});

test('and each rule has one', () => {
  // Read as text: the config is CommonJS for a tool, not a module of ours.
  const names = spawnSync(
    process.execPath,
    [
      '-p',
      `require('./test/tooling/dependency-cruiser.config.cjs').forbidden.map((rule) => rule.name).join()`,
    ],
    { cwd: ROOT, encoding: 'utf8' },
  ).stdout.trim();
  const warned = ['no-orphans'];
  expect(new Set([...PLANTED.flatMap(([, , rule]) => rule ?? []), ...warned])).toEqual(
    new Set(names.split(',')),
  );
});
