/**
 * Real files, each from the file to a result by one command, beside PyTorch: the same layers, optimiser, epochs and
 * sizes of the parts, but the file read, split, scaled and trained on by real_data.py alone. Prints for each data set
 * mean and standard deviation of the test score over some seeds of both, five where none are asked for; asserts
 * nothing. Some five minutes on two free cores.
 *
 *   npm run build && NETLOOM_PYTHON=python3 node test/bench/realData.mjs DATASETS [NAME,NAME] [SEEDS]
 *
 * DATASETS holds the folders named below; Python has torch, pandas and scikit-learn.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { projectNode } from '../../scripts/lib/project.mjs';

const [datasets = '.', names = '', seeds = '5'] = process.argv.slice(2);
const ROOT = resolve(import.meta.dirname, '..', '..');
const python = process.env.NETLOOM_PYTHON ?? 'python3';
const folder = mkdtempSync(join(tmpdir(), 'netloom-bench-'));
const env = { ...process.env, NETLOOM_HOME: join(folder, 'home') };
const SEEDS = Array.from({ length: Number(seeds) }, (_, i) => i + 1);

const relu = { hidden: [16, 16], activation: 'ReLU', lr: 0.01, batch: 32 };
const tanh = { hidden: [32, 32], activation: 'Tanh', lr: 0.005 };
const lenet = { activation: 'Tanh', lr: 0.001, batch: 64 };
const accuracy = { unit: '%', scoreOf: (test) => test.accuracy * 100 };
const error = (unit) => ({ unit, scoreOf: (test) => test.rmseOriginal ?? test.rmse });
const sentences = (name) => ({
  name: `sentences (${name.split('_')[0]})`,
  ...{ project: 'moons', kind: 'sentences', ...relu, epochs: 10, ...accuracy },
  path: `sentiment-sentences/${name}_labelled.txt`,
  source: 'text:',
  options: ['--target', '2', '--data-option', 'quotes=none', '--data-option', 'header=no'],
});
const CASES = [
  {
    ...{ name: 'Titanic', project: 'moons', kind: 'table', ...relu, epochs: 50, ...accuracy },
    ...{ path: 'titanic/titanic.csv', source: 'csv:', options: ['--target', 'Survived'] },
    table: {
      ...{ header: true, target: 'Survived', task: 'classes' },
      ignore: ['PassengerId', 'Name', 'Ticket', 'Cabin'],
    },
  },
  ...[
    ['Iris', 'iris/iris.csv', 5],
    ['wine', 'wine/wine.csv', 14],
  ].map(([name, path, target]) => ({
    ...{ name, path, project: 'moons', kind: 'table', ...relu, epochs: 100, ...accuracy },
    source: 'csv:',
    options: ['--data-option', 'header=no', '--target', String(target)],
    table: { header: false, target: target - 1, task: 'classes', ignore: [] },
  })),
  {
    ...{ name: 'California housing', project: 'regression', kind: 'table', ...tanh, epochs: 20 },
    ...{ path: 'california-housing/housing.csv', source: 'csv:', batch: 256, ...error('$') },
    options: [
      ...['--target', 'median_house_value', '--data-option', 'targetScale=100000'],
      ...['--batch', '256'],
    ],
    table: {
      ...{ header: true, target: 'median_house_value', task: 'numbers', ignore: [] },
      divisor: 100_000,
    },
  },
  {
    ...{ name: 'airline passengers', project: 'regression', kind: 'windows', ...tanh, batch: 32 },
    ...{ epochs: 300, ...error('thousand'), source: 'windows:', options: ['--split', 'byTime'] },
    path: 'airline-passengers/monthly-airline-passengers.csv',
  },
  ...['amazon_cells', 'imdb', 'yelp'].map(sentences),
  {
    ...{ name: 'CIFAR-10 (4,000)', project: 'digits-lenet', kind: 'cifar', ...lenet, epochs: 4 },
    ...{ path: 'cifar10', source: 'cifar:', options: [], ...accuracy },
  },
  {
    ...{ name: 'Fashion-MNIST (6,000)', project: 'digits-lenet', kind: 'idx', ...lenet, epochs: 3 },
    ...{ path: 'fashion-mnist', source: 'idx:', options: ['--max-rows', '6000'], ...accuracy },
    rows: 6000,
  },
];

function run(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', env });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
}

/** Mean and deviation of what the seeds came to. */
function spread(values) {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (values.length - 1)) };
}

const text = ({ mean, deviation }, unit) => {
  const digits = mean > 1000 ? 0 : 1;
  return `${mean.toFixed(digits)} ± ${deviation.toFixed(digits)} ${unit}`;
};

console.log('| Data | Netloom | PyTorch | apart, in deviations | seconds |\n|---|---|---|---|---|');
// By their beginnings: some have a comma within.
const wanted = CASES.filter(({ name }) => names.split(',').some((each) => name.startsWith(each)));
for (const { scoreOf, unit, source, options, project, ...about } of wanted) {
  const started = performance.now();
  const path = join(datasets, about.path);
  const ours = SEEDS.map((seed) => {
    const trained = run(projectNode(), [
      join(ROOT, 'out', 'main', 'cli.js'),
      ...['train', join(ROOT, 'resources', 'examples', `${project}.netloom.json`)],
      ...['--data', `${source}${path}`, ...options, '--epochs', String(about.epochs)],
      ...['--seed', String(seed), '--device', 'cpu', '--json'],
    ]);
    return scoreOf(JSON.parse(trained).test);
  });
  const request = JSON.stringify({ ...about, path, seeds: SEEDS });
  const theirs = JSON.parse(run(python, [join(import.meta.dirname, 'real_data.py'), request]));
  const [a, b] = [spread(ours), spread(theirs)];
  // Of the wider of the two: what seeds alone make.
  const apart = Math.abs(a.mean - b.mean) / Math.max(a.deviation, b.deviation);
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `| ${about.name} | ${text(a, unit)} | ${text(b, unit)} | ${apart.toFixed(2)} | ${seconds.toFixed(0)} |`,
  );
}
rmSync(folder, { recursive: true, force: true });
