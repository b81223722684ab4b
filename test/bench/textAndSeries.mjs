/**
 * Sentences by bags of words and passengers by windows, each trained by one command, beside scikit-learn's MLP of the
 * same layers on the same samples and split, begun with weights of the same spread; five seeds. Prints means and deviations; asserts nothing.
 *
 *   npm run build && NETLOOM_PYTHON=python3 node test/bench/textAndSeries.mjs DATASETS
 *
 * DATASETS holds airline-passengers and sentiment-sentences; Python has numpy and scikit-learn.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { projectNode } from '../../scripts/lib/project.mjs';

const [datasets = '.'] = process.argv.slice(2);
const ROOT = resolve(import.meta.dirname, '..', '..');
const python = process.env.NETLOOM_PYTHON ?? 'python3';
const folder = mkdtempSync(join(tmpdir(), 'netloom-bench-'));
const env = { ...process.env, NETLOOM_HOME: join(folder, 'home') };

function run(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', env });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
}
const netloom = (...args) => run(projectNode(), [join(ROOT, 'out', 'main', 'cli.js'), ...args]);

const sentences = (name) => ({
  name,
  project: 'moons',
  source: `text:${join(datasets, 'sentiment-sentences', `${name}_labelled.txt`)}`,
  options: ['--target', '2', '--data-option', 'quotes=none', '--data-option', 'header=no'],
  task: 'classification',
  input: 'features',
  model: ['16,16', 'relu', '0.01', '32'],
  epochs: 10,
  scoreOf: ({ accuracy }) => accuracy,
});
const CASES = [
  {
    name: 'airline passengers',
    project: 'regression',
    source: `windows:${join(datasets, 'airline-passengers', 'monthly-airline-passengers.csv')}`,
    options: ['--split', 'byTime'],
    task: 'regression',
    input: 'history',
    model: ['32,32', 'tanh', '0.005', '32'],
    epochs: 300,
    scoreOf: (metrics) => metrics.rmseOriginal ?? metrics.rmse,
  },
  ...['amazon_cells', 'imdb', 'yelp'].map(sentences),
];

const meanOf = (values) => values.reduce((a, b) => a + b, 0) / values.length;
function spread(values) {
  const mean = meanOf(values);
  const deviation = Math.sqrt(
    values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1),
  );
  return `${mean.toFixed(4)} ± ${deviation.toFixed(4)}`;
}

for (const { name, project, source, options, task, input, model, epochs, scoreOf } of CASES) {
  const ours = [];
  const theirs = [];
  const theirOwn = [];
  for (const seed of [1, 2, 3, 4, 5]) {
    const known = `${name} ${seed}`;
    const trained = netloom(
      ...['train', join(ROOT, 'resources', 'examples', `${project}.netloom.json`)],
      ...['--data', source, ...options, '--epochs', String(epochs), '--seed', String(seed)],
      ...['--device', 'cpu', '--run-name', known, '--json'],
    );
    const { test, run: id } = JSON.parse(trained);
    ours.push(scoreOf(test));
    const out = join(folder, known.replaceAll(' ', '-'));
    netloom('export', id, '--to', 'pytorch', '-o', out);
    const card = readFileSync(join(out, 'data.py'), 'utf8');
    if (!card.includes('samples.npz')) throw new Error('the samples did not go along');
    const divisor = trainedDivisor(out, test, task);
    const found = run(python, [
      join(import.meta.dirname, 'sklearn_samples.py'),
      ...[out, input, task, ...model, String(epochs), String(seed), String(divisor)],
    ]);
    const [same, own] = JSON.parse(found).scores;
    theirs.push(same);
    theirOwn.push(own);
  }
  console.log(
    `${name}: Netloom ${spread(ours)}, scikit-learn ${spread(theirs)} (begun as it does itself ${spread(theirOwn)})`,
  );
}
rmSync(folder, { recursive: true, force: true });

/** What targets were divided by: errors of both in the numbers of the data. */
function trainedDivisor(out, test, task) {
  return task === 'regression' ? (test.rmseOriginal ?? 1) / (test.rmse ?? 1) : 1;
}
