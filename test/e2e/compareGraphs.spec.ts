/**
 * Rule: two runs of different graphs are seen side by side: what differs is drawn on one canvas and listed, the
 * keys walk through it, and the inside and the answers of both are there.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from './fixtures.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');

interface Place {
  node: string;
  port: string;
}
interface Project {
  nodes: {
    id: string;
    type: string;
    attrs: Record<string, unknown>;
    position?: { x: number; y: number };
  }[];
  wires: { from: Place; to: Place }[];
  [key: string]: unknown;
}

/** As a person would on the command line. */
function train(home: string, name: string, edit: (project: Project) => void): void {
  const example = readFileSync(
    join(ROOT, 'resources', 'examples', 'digits-mlp.netloom.json'),
    'utf8',
  );
  const project = JSON.parse(example) as Project;
  edit(project);
  const file = join(home, `${name}.netloom.json`);
  writeFileSync(file, JSON.stringify(project));
  const node = join(ROOT, 'node_modules', '.bin', 'node');
  const cli = join(ROOT, 'out', 'main', 'cli.js');
  const made = spawnSync(
    node,
    [cli, 'train', file, '--run-name', name, '--epochs', '1', '--telemetry-hz', '10'],
    { env: { ...process.env, NETLOOM_HOME: home, NODE_OPTIONS: '' }, encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(made.stderr);
}

test('the difference of two graphs is drawn, listed and walked through', async ({ page, app }) => {
  test.setTimeout(300_000);
  train(app.home, 'plain', () => undefined);
  train(app.home, 'wide', ({ nodes }) => {
    for (const node of nodes) {
      if (node.id === 'fc1') node.attrs['outFeatures'] = 256;
      if (node.id === 'relu1') node.type = 'Tanh';
    }
  });
  train(app.home, 'deep', ({ nodes, wires }) => {
    nodes.push({ id: 'extra', type: 'Tanh', attrs: {}, position: { x: 0, y: 600 } });
    const after = wires.find(({ from }) => from.node === 'fc1');
    if (!after) throw new Error('The example has no fc1.');
    wires.push({ from: { node: 'extra', port: 'y' }, to: after.to });
    after.to = { node: 'extra', port: 'x' };
  });
  await page
    .getByRole('navigation', { name: 'Views' })
    .getByRole('button', { name: 'Compare' })
    .click();
  for (const name of ['plain', 'wide']) {
    await page.getByRole('checkbox', { name: new RegExp(name) }).click();
  }

  const graphs = page.getByRole('region', { name: 'Graph difference' });
  const list = graphs.getByRole('list', { name: 'Differences of the graphs' });
  await expect(list.getByRole('button')).toHaveCount(2, { timeout: 60_000 });
  await expect(list).toContainText('Out features 128 → 256');
  await expect(list).toContainText('Type ReLU → Tanh');
  await expect(graphs.getByText('2 changed')).toBeVisible();

  const canvas = graphs.getByRole('application', { name: /difference of the graphs/ });
  const card = (name: string) => canvas.locator('.difference-card').filter({ hasText: name });
  await expect(card('fc1')).toHaveClass(/changed/);
  await expect(card('fc1').getByRole('img', { name: 'changed' })).toHaveCount(1);
  await canvas.focus();
  await page.keyboard.press('ArrowRight');
  await expect(canvas.getByRole('status')).toHaveText(/^1 of 2: fc1, changed/);
  await page.keyboard.press('ArrowRight');
  await expect(canvas.getByRole('status')).toHaveText(/^2 of 2: relu1, changed/);
  await expect(card('relu1')).toHaveAttribute('data-current', 'true');
  await list.getByRole('button', { name: /fc1/ }).click();
  await expect(card('fc1')).toHaveAttribute('data-current', 'true');

  // A third run is listed with what differs, and drawn by one click.
  await page.getByRole('checkbox', { name: /deep/ }).click();
  const runs = graphs.getByRole('list', { name: 'Runs against the baseline' });
  const deep = runs.getByRole('button', { name: /^deep/ });
  await expect(deep).toHaveAccessibleName(/1 added/);
  await expect(runs.getByRole('button', { name: /^wide/ })).toHaveAttribute('aria-pressed', 'true');
  await expect(card('extra')).toHaveCount(0);
  await deep.click();
  await expect(card('extra')).toHaveClass(/added/);
  await expect(deep).toHaveAttribute('aria-pressed', 'true');
  await page.getByRole('button', { name: 'Take deep out' }).click();

  // What the record has of both.
  const same = page.getByRole('region', { name: 'Same inputs' });
  await same.scrollIntoViewIfNeeded();
  await expect(same.getByRole('table').getByRole('row').nth(1)).toBeVisible();
  await expect(
    page.getByRole('region', { name: 'Gradient flow' }).getByRole('img').first(),
  ).toBeVisible();
  const confusion = page.getByRole('region', { name: 'Confusion difference' });
  await confusion.scrollIntoViewIfNeeded();
  await expect(confusion.getByText(/^wide less plain/)).toBeVisible();
  expect(app.errors).toEqual([]);
});
