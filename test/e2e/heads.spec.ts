/** Rule: where a network has several heads, one chooses which of them the panels show, and all of them follow. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { data, features, LABEL, network, type NodeText } from '../support/network.ts';
import { fed } from '../support/smallNetworks.ts';
import { Designer } from './designer.ts';
import { expect, test } from './fixtures.ts';

test.use({ shared: true });

test('classes and a reconstruction on one trunk', async ({ page, app }) => {
  const twoTasks = fed(
    network(
      [
        data([features(2), { ...LABEL, classes: 2 }]),
        ['trunk', 'Linear', { outFeatures: 8 }],
        ['tanh', 'Tanh'],
        ['fc2', 'Linear', { outFeatures: 2 }],
        ['moon', 'CrossEntropyLoss'],
        ['fc3', 'Linear', { outFeatures: 2 }],
        ['rebuilt', 'MSELoss'],
      ] satisfies NodeText[],
      [
        ...['data.features > trunk.x', 'trunk.y > tanh.x', 'tanh.y > fc2.x', 'tanh.y > fc3.x'],
        ...['fc2.y > moon.prediction', 'data.label > moon.target'],
        ...['fc3.y > rebuilt.prediction', 'data.features > rebuilt.target'],
      ],
      { epochs: 3 },
    ),
    'moons',
    { count: 400 },
  );
  const projects = join(app.home, 'projects');
  mkdirSync(projects, { recursive: true });
  writeFileSync(join(projects, 'tasks.netloom.json'), JSON.stringify(twoTasks));
  const designer = new Designer(page);
  await page.keyboard.press('Control+o');
  await page.getByText('tasks', { exact: true }).click();
  await expect(page.locator('.react-flow__node')).toHaveCount(7);
  await designer.canvas.focus();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText(/Finished/).first()).toBeVisible();
  await designer.dock('Samples').click();
  const choice = page.getByRole('combobox', { name: 'Answers of' });
  await expect(
    page.getByRole('img', { name: /^Decision boundary between 2 classes/ }),
  ).toBeVisible();
  await expect(choice).toHaveText('moon');
  await choice.click();
  await page.getByRole('option', { name: 'rebuilt' }).click();
  // One for each of its numbers.
  await expect(page.getByRole('img', { name: /^Prediction against target of/ })).toHaveCount(2);
  // Of the heads only one judges classes.
  await designer.dock('Confusion').click();
  await expect(page.getByRole('table', { name: 'Confusion matrix' })).toBeVisible();
  await expect(page.getByRole('combobox', { name: 'Classes of' })).toHaveCount(0);
  expect(app.errors).toEqual([]);
});
