/**
 * Rule: two runs of different graphs are seen side by side: what differs is drawn on one canvas and listed, the
 * keys walk through it, and the inside and the answers of both are there.
 */
import type { NetworkDocument } from '#engine/ir/document.ts';
import type { ServerClient } from '../support/serverClient.ts';
import { expect, test } from './fixtures.ts';
import { exampleDocument, train, trainedWith } from './training.ts';

const wideOf = (plain: NetworkDocument): NetworkDocument => ({
  ...plain,
  nodes: plain.nodes.map((node) => {
    if (node.id === 'fc1') return { ...node, attrs: { ...node.attrs, outFeatures: 256 } };
    return node.id === 'relu1' ? { ...node, type: 'Tanh' } : node;
  }),
});

const EXTRA = { id: 'extra', type: 'Tanh', attrs: {}, position: { x: 0, y: 600 } } as const;
/** One more between fc1 and what comes after it. */
const deepOf = (plain: NetworkDocument): NetworkDocument => ({
  ...plain,
  nodes: [...plain.nodes, EXTRA],
  wires: plain.wires.flatMap((wire) =>
    wire.from.node === 'fc1'
      ? [
          { ...wire, to: { node: EXTRA.id, port: 'x' } },
          { from: { node: EXTRA.id, port: 'y' }, to: wire.to },
        ]
      : [wire],
  ),
});

async function trainThem(client: ServerClient): Promise<void> {
  const plain = trainedWith(await exampleDocument(client, 'digits-mlp'), { epochs: 1 });
  await train(client, 'plain', plain);
  await train(client, 'wide', wideOf(plain));
  await train(client, 'deep', deepOf(plain));
}

test('the difference of two graphs is drawn, listed and walked through', async ({ page, app }) => {
  await app.ask(trainThem);
  await page.reload();
  await page
    .getByRole('navigation', { name: 'Views' })
    .getByRole('button', { name: 'Compare' })
    .click();
  for (const name of ['plain', 'wide']) {
    await page.getByRole('checkbox', { name: new RegExp(name) }).click();
  }

  const graphs = page.getByRole('region', { name: 'Graph difference' });
  const list = graphs.getByRole('list', { name: 'Differences of the graphs' });
  await expect(list.getByRole('button')).toHaveCount(2);
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
