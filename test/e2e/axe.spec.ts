/**
 * Rule: axe finds nothing to object to, of any impact, in any screen, in either theme.
 */
import { join } from 'node:path';
import { expect, test } from './fixtures.ts';
import { Designer } from './designer.ts';
import { runModule } from './modules.ts';
import { objections } from './objections.ts';

// What fades in is half transparent meanwhile, which is no contrast to judge.
test.use({ contextOptions: { reducedMotion: 'reduce' } });

const DOCK = 'main';
const INSPECTOR = '[role="tabpanel"]:has(#inspector)';

/** What is in front in the groups of the dock, one after the other, so that every tab is seen. */
function dockTabs(): readonly (readonly string[])[] {
  const tabs = JSON.parse(runModule('panelTabs')) as { place: string; title: string }[];
  const places = new Set(tabs.flatMap(({ place }) => (place.startsWith('bottom') ? place : [])));
  const groups = [...places].map((of) =>
    tabs.flatMap(({ place, title }) => (place === of ? title : [])),
  );
  expect(groups.length).toBeGreaterThan(1);
  const most = Math.max(...groups.map(({ length }) => length));
  return Array.from({ length: most }, (_, i) => groups.flatMap((titles) => titles[i] ?? []));
}

test('design, dialogs, palette and menus', async ({ page, app }) => {
  const designer = new Designer(page);
  await expect(designer.nodes.first()).toBeVisible();
  const found = await objections(page, 'example');

  await page.getByRole('tab', { name: 'Outline' }).click();
  await page.getByRole('tab', { name: 'Document' }).click();
  found.push(...(await objections(page, 'outline and document')));
  await page.getByRole('tab', { name: 'Inspector' }).click();
  await designer.select('Linear fc1');
  found.push(...(await objections(page, 'inspector', INSPECTOR)));
  await designer.select('Data data');
  found.push(...(await objections(page, 'data inspector', INSPECTOR)));

  await designer.node('Linear fc1').click({ button: 'right', position: { x: 40, y: 12 } });
  found.push(...(await objections(page, 'menu of a node')));
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Curve settings' }).click();
  found.push(...(await objections(page, 'menu of the curves')));
  await page.keyboard.press('Escape');

  await page.getByRole('combobox', { name: 'Optimiser' }).first().click();
  found.push(...(await objections(page, 'list of choices', '[role="listbox"]')));
  await page.keyboard.press('Escape');

  await designer.canvas.focus();
  await page.keyboard.press('/');
  found.push(...(await objections(page, 'adding a layer', '[role="application"]')));
  await page.keyboard.press('Escape');
  await page.keyboard.press('Home');
  await page.keyboard.press('c');
  await page.keyboard.press('Enter');
  found.push(...(await objections(page, 'wiring', '.popover')));
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  found.push(...(await objections(page, 'command palette', '[role="dialog"]')));
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  found.push(...(await objections(page, 'keys', '[role="dialog"]')));
  await page.keyboard.press('Escape');
  for (const title of ['Examples', 'Save as']) {
    await designer.command(title);
    found.push(...(await objections(page, title, '[role="dialog"]')));
    await page.keyboard.press('Escape');
  }
  await designer.command('Open');
  found.push(...(await objections(page, 'Open', '[role="dialog"]')));
  await page.keyboard.press('Escape');

  await designer.command('Hold the queue');
  await designer.command('Show the queue');
  found.push(...(await objections(page, 'empty queue', '.queue-popover')));
  await page.keyboard.press('Escape');
  await designer.command('Add to the queue');
  await designer.command('Add to the queue');
  await designer.command('Show the queue');
  await page
    .getByRole('button', { name: /out of the queue$/ })
    .first()
    .click();
  await expect(page.getByText('Taken out')).toBeVisible();
  found.push(...(await objections(page, 'queue', '.queue-popover')));
  await page.keyboard.press('Escape');
  await designer.command('Take out everything');
  await designer.command('Let the queue go on');

  await designer.command('New project');
  await expect(designer.nodes).toHaveCount(0);
  found.push(...(await objections(page, 'empty project')));
  expect(found).toEqual([]);
  expect(app.errors).toEqual([]);
});

test.describe(() => {
  test.use({ shared: true });
  test('problems', async ({ page, app }) => {
    const designer = new Designer(page);
    await designer.select('Flatten flat');
    await page.keyboard.press('Delete');
    await page.getByRole('tab', { name: /^Problems/ }).click();
    await expect(designer.canvas.getByRole('alert')).toBeVisible();
    expect(await objections(page, 'problems')).toEqual([]);
    expect(app.errors).toEqual([]);
  });
});

test.describe(() => {
  test.use({ shared: true });
  test('while training, paused, finished, in every tab of the dock', async ({ page, app }) => {
    const designer = new Designer(page);
    await designer.setting('Epochs').fill('400');
    await designer.setting('Epochs').press('Enter');
    await page.keyboard.press('Control+Enter');
    await expect(page.getByText(/^Epoch/).first()).toBeVisible();
    const found = await objections(page, 'training');
    await page.getByRole('button', { name: 'Pause' }).click();
    await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible();
    found.push(...(await objections(page, 'paused', DOCK)));
    for (const names of dockTabs()) {
      for (const name of names) {
        // This network has no bottleneck.
        if (name !== 'Latent plane') await page.getByRole('tab', { name }).click();
      }
      found.push(...(await objections(page, names.join(' and '), DOCK)));
    }
    await page.getByRole('button', { name: 'Stop' }).click();
    await expect(page.getByText('Stopped', { exact: true })).toBeVisible();
    found.push(...(await objections(page, 'stopped', DOCK)));
    expect(found).toEqual([]);
    expect(app.errors).toEqual([]);
  });
});

test('pictures, answers and boundaries of other networks', async ({ page, app }) => {
  const designer = new Designer(page);
  const found: string[] = [];
  for (const example of ['Denoising autoencoder', 'Moons']) {
    await designer.openExample(example);
    await designer.setting('Epochs').fill('1');
    await designer.setting('Epochs').press('Enter');
    await page.keyboard.press('Control+Enter');
    await expect(page.getByText(/^Finished/).first()).toBeVisible();
    found.push(...(await objections(page, example, DOCK)));
  }
  // Both of them side by side.
  await designer.command('Go to Compare');
  const listed = page.getByRole('complementary', { name: 'Runs to compare' });
  await expect(listed.getByRole('checkbox')).toHaveCount(2);
  found.push(...(await objections(page, 'nothing to compare', 'main')));
  for (const run of await listed.getByRole('checkbox').all()) await run.click();
  await page
    .getByRole('button', { name: /^Baseline: / })
    .first()
    .click();
  await expect(page.locator('.compare-table .worse, .compare-table .better').first()).toBeVisible();
  found.push(...(await objections(page, 'compare', 'main')));
  expect(found).toEqual([]);
  expect(app.errors).toEqual([]);
});

test.describe(() => {
  test.use({ shared: true });
  test('several projects, export, and the question before one is closed', async ({ page, app }) => {
    const designer = new Designer(page);
    await designer.openExample('XOR');
    await designer.command('Duplicate the project');
    await designer.command('Duplicate the project');
    const found = await objections(page, 'tabs', 'nav[aria-label="Open projects"]');
    found.push(...(await objections(page, 'title bar', 'header')));
    await page.keyboard.press('Control+Shift+e');
    await expect(page.getByRole('dialog').getByRole('status')).toHaveText('same answers');
    found.push(...(await objections(page, 'export', '[role="dialog"]')));
    await page
      .getByRole('button', { name: /^Curves/ })
      .first()
      .click();
    found.push(...(await objections(page, 'nothing to export', '[role="dialog"]')));
    await page.keyboard.press('Escape');
    await page.keyboard.press('Alt+w');
    found.push(...(await objections(page, 'unsaved changes', '[role="dialog"]')));
    await page.keyboard.press('Escape');
    expect(found).toEqual([]);
    expect(app.errors).toEqual([]);
  });
});

test('runs: the table, grouped, its dialogs, a filter that cannot be read', async ({
  page,
  app,
}) => {
  runModule('recordManyRuns', app.home, '40');
  await page.getByRole('button', { name: 'Runs', exact: true }).click();
  const line = page.locator('.runs-body [data-index="1"]');
  await expect(line).toBeVisible();
  await line.click();
  await page.keyboard.press('Space');
  await page.keyboard.press('s');
  await expect(line.getByRole('button', { pressed: true })).toBeVisible();
  const found = await objections(page, 'runs');
  await page.keyboard.press('F2');
  found.push(...(await objections(page, 'renaming', '.runs-table')));
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^Group by/ }).click();
  found.push(...(await objections(page, 'menu of groups', '[role="menu"]')));
  await page.getByRole('menuitemcheckbox', { name: 'Status' }).click();
  await expect(page.getByRole('treegrid', { name: 'Runs' })).toBeVisible();
  found.push(...(await objections(page, 'grouped', '.runs-table')));
  await page.getByRole('combobox', { name: 'Filter runs' }).fill('lr >');
  await expect(page.getByRole('alert')).toBeVisible();
  found.push(...(await objections(page, 'filter', '.runs-bar')));
  await page.getByRole('combobox', { name: 'Filter runs' }).fill('nothing like it');
  await expect(page.getByText('No run is found by this filter.')).toBeVisible();
  found.push(...(await objections(page, 'nothing found', 'main')));
  await page.getByRole('button', { name: 'Columns' }).click();
  found.push(...(await objections(page, 'columns', '[role="dialog"]')));
  expect(found).toEqual([]);
  expect(app.errors).toEqual([]);
});

/** What was searched before, oldest first; of each so many settings. */
const SWEEPS = [
  ['seeds', '1'],
  ['ablation', '6'],
  ['grid', '5'],
  ['tpe', '40'],
] as const;

test('sweeps: the set-up, a search, a grid with seeds, an ablation', async ({ page, app }) => {
  for (const [kind, settings] of SWEEPS) {
    runModule('recordSweep', app.home, kind, settings);
  }
  const designer = new Designer(page);
  const dialog = page.getByRole('dialog');
  await page.getByRole('button', { name: 'Sweep', exact: true }).click();
  await expect(dialog.getByRole('button', { name: /^Depth 1 to 6/ })).toBeVisible();
  const found = await objections(page, 'nothing to sweep', '[role="dialog"]');
  await dialog.getByRole('button', { name: /^Depth 1 to 6/ }).click();
  await expect(dialog.getByRole('button', { name: 'Start' })).toBeEnabled();
  found.push(...(await objections(page, 'a proposal', '[role="dialog"]')));
  await dialog.getByRole('button', { name: 'Add a setting' }).click();
  await expect(page.getByRole('menuitem', { name: 'Training' })).toBeVisible();
  found.push(...(await objections(page, 'settings to add', '[role="menu"]')));
  await page.keyboard.press('Escape');
  await dialog.getByRole('textbox', { name: 'What varies, a setting a line' }).fill('lr=1,');
  await expect(dialog.getByRole('status')).toHaveClass(/danger/);
  found.push(...(await objections(page, 'a line that cannot be read', '[role="dialog"]')));
  await page.keyboard.press('Escape');

  await designer.command('Go to Sweeps');
  const side = page.getByRole('complementary', { name: 'Sweep' });
  await expect(side.getByRole('listitem')).toHaveCount(SWEEPS.length);
  for (const [i, [kind]] of SWEEPS.toReversed().entries()) {
    await side.getByRole('listitem').nth(i).getByRole('button').click();
    const trials = page.getByRole('region', { name: 'Trials' });
    await expect(trials.getByRole('checkbox', { disabled: false }).first()).toBeVisible();
    await trials.getByRole('checkbox').first().click();
    found.push(...(await objections(page, kind)));
  }
  await side.getByRole('listitem').filter({ hasText: 'ablation' }).getByRole('button').click();
  await page.getByRole('button', { name: 'Show on the graph' }).click();
  await expect(page.locator('.card-worth').first()).toBeVisible();
  found.push(...(await objections(page, 'worths at the cards', DOCK)));
  expect(found).toEqual([]);
  expect(app.errors).toEqual([]);
});

test('data: none, a table with a menu, pictures', async ({ page, app }) => {
  const designer = new Designer(page);
  await designer.command('Go to Data');
  const found: string[] = [];
  await expect(page.getByRole('grid', { name: 'Classes' })).toBeVisible();
  const strip = page.getByRole('region', { name: 'Augmentation' });
  await strip.getByRole('button', { name: 'Add step' }).click();
  await page.getByRole('menuitem', { name: 'Erase' }).click();
  await expect(strip.getByRole('switch', { name: 'Erase on' })).toBeVisible();
  found.push(...(await objections(page, 'pictures')));
  const chooser = page.waitForEvent('filechooser');
  await designer.command('Data: choose a file');
  await (await chooser).setFiles(join('resources', 'data', 'machines.csv'));
  const columns = page.getByRole('grid', { name: 'Columns' });
  await expect(columns.getByRole('button', { name: /^Missing values of/ }).first()).toBeVisible();
  await expect(page.locator('.data-cells').first()).toBeVisible();
  found.push(...(await objections(page, 'table')));
  await columns
    .getByRole('button', { name: /^Missing values of/ })
    .first()
    .click();
  found.push(...(await objections(page, 'menu of gaps', '[role="menu"]')));
  await page.keyboard.press('Escape');
  await designer.command('New project');
  await designer.command('Go to Data');
  await expect(page.getByText('There is no data yet')).toBeVisible();
  found.push(...(await objections(page, 'no data', 'main')));
  expect(found).toEqual([]);
  expect(app.errors).toEqual([]);
});
