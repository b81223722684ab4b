/** Rule: a file elsewhere is read after a yes; which column is predicted and which are learned from is seen and chosen. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Designer } from './designer.ts';
import { expect, test } from './fixtures.ts';

const EXAMPLES = resolve(import.meta.dirname, '..', '..', 'resources', 'examples');

test('a table elsewhere: asked about, shown, its columns chosen', async ({ app, page }) => {
  const designer = new Designer(page);
  const [projects, elsewhere] = [join(app.home, 'projects'), join(app.home, 'elsewhere')];
  for (const folder of [projects, elsewhere]) mkdirSync(folder, { recursive: true });
  const table = join(elsewhere, 'machines.csv');
  const rows = Array.from(
    { length: 60 },
    (_, i) => `${i + 1},${i * 0.5},${i % 7},${i * 3 + 20},${i % 2}`,
  );
  writeFileSync(table, ['UDI,Torque,Wear,Speed,Failure', ...rows].join('\n'));
  const document = JSON.parse(readFileSync(join(EXAMPLES, 'moons.netloom.json'), 'utf8')) as {
    name: string;
    nodes: { type: string; attrs: Record<string, unknown> }[];
  };
  document.name = 'Machines';
  for (const node of document.nodes)
    if (node.type === 'Data') node.attrs['source'] = `csv:${table}`;
  writeFileSync(join(projects, 'machines.netloom.json'), JSON.stringify(document));

  await page.keyboard.press('Control+o');
  await page.getByText('machines', { exact: true }).click();
  await expect(page.getByRole('button', { name: 'Project Machines' })).toBeVisible();
  await designer.select('Data data');
  await expect(page.getByText('which lies outside of its folder').first()).toBeVisible();
  await page.getByRole('button', { name: 'Allow' }).first().click();
  await expect(
    page.getByText('Nobody chose a target: Failure is taken, by its name.'),
  ).toBeVisible();
  // The project knows two features, the table has three.
  await expect(page.getByText('Fix 1 error to train')).toBeVisible();
  await page.getByRole('button', { name: "Take the data's fields" }).first().click();
  await expect(page.getByText('Fix 1 error to train')).toBeHidden();
  await expect(page.getByRole('checkbox', { name: 'UDI' })).toBeDisabled();
  await page.getByRole('checkbox', { name: 'Wear' }).click();
  await expect(page.getByText('2 of 5 learned from')).toBeVisible();
  await page.getByRole('combobox', { name: 'Target column' }).click();
  await page.getByRole('option', { name: 'Torque' }).click();
  await expect(page.getByText('Nobody chose a target')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Allow' })).toHaveCount(0);
  expect(app.errors).toEqual([]);
});
