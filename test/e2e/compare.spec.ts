/** Rule: runs are compared side by side: curves, figures and settings, against a pinned baseline. */
import { expect, test } from './fixtures.ts';
import { Designer, settled } from './designer.ts';

async function set(designer: Designer, name: string, value: string): Promise<void> {
  await designer.setting(name).fill(value);
  await designer.setting(name).press('Enter');
}

test('three runs: chosen, compared, measured against one of them', async ({ page, app }) => {
  const designer = new Designer(page);
  await designer.openExample('Moons');
  await set(designer, 'Epochs', '3');
  await designer.canvas.focus();
  await page.keyboard.press('Control+Enter');
  const outcome = page.getByRole('status').filter({ hasText: 'Compare with previous' });
  await expect(page.getByText(/Finished/).first()).toBeVisible();
  // The first of its network has none before it.
  await expect(outcome).toBeHidden();

  for (const [rate, told] of [
    ['0.1', '0.1'],
    ['0.0001', '1e-4'],
  ] as const) {
    await set(designer, 'Learning rate', rate);
    await designer.canvas.focus();
    await page.keyboard.press('Control+Enter');
    await expect(outcome).toContainText(`-> ${told}: validation`);
    await expect(outcome).toContainText('one run each, so seeds could explain it');
  }

  // In one click: both runs, the earlier one pinned, and its curve as a ghost in Design from then on.
  await outcome.getByRole('button', { name: 'Compare with previous' }).click();
  const chips = page.getByRole('list', { name: 'Compared runs' }).getByRole('listitem');
  await expect(chips).toHaveCount(2);
  await expect(chips.first().getByRole('button', { name: /^Baseline/ })).toHaveAttribute(
    'aria-pressed',
    'true',
  );

  // The third from the list.
  const side = page.getByRole('complementary', { name: 'Runs to compare' });
  await side.getByRole('searchbox').fill('nothing of this name');
  await expect(side).toContainText('No run has this');
  await side.getByRole('searchbox').fill('moons');
  await expect(side.getByRole('checkbox')).toHaveCount(3);
  await side.getByRole('checkbox', { checked: false }).click();
  await expect(chips).toHaveCount(3);

  const settings = page.getByRole('region', { name: 'Settings' });
  const rate = settings.getByRole('row', { name: /^lr/ });
  await expect(rate.getByRole('cell')).toHaveCount(3);
  await expect(rate.locator('.changed')).toHaveCount(2);
  await expect(settings.getByRole('row', { name: /^training\.epochs|^epochs/ })).toBeHidden();
  await settings.getByRole('switch', { name: 'Differences only' }).click();
  await expect(settings.getByRole('row', { name: /^epochs/ })).toBeVisible();

  const values = page.getByRole('region', { name: 'Values' });
  const bests = values.getByRole('rowgroup').filter({ hasText: 'Best, as change from baseline' });
  const best = bests.getByRole('row', { name: /^Val loss/ });
  await expect(best.locator('.better, .worse')).toHaveCount(2);
  for (const text of await best.locator('.better, .worse').allInnerTexts()) {
    expect(text).toMatch(/^[+−]/);
  }

  // One crosshair over all charts, with the values of each run.
  const [loss, accuracy] = [/^Loss of 3 runs/, /^Accuracy of 3 runs/].map((name) =>
    page.getByRole('img', { name }),
  );
  await loss!.focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Shift+ArrowLeft');
  await expect(values.getByText(/^At step \d/)).toBeVisible();
  for (const chart of [loss!, accuracy!]) await expect(chart.locator('.curve-pill')).toBeVisible();
  const train = values.getByRole('row', { name: /^Train loss/ });
  const before = await train.innerText();
  for (let i = 0; i < 5; i++) await page.keyboard.press('Shift+ArrowLeft');
  await expect(train).not.toHaveText(before, { useInnerText: true });

  // Another baseline, another order, one less.
  const second = chips.nth(1);
  const name = (await second.locator('.run-chip-name').innerText()).trim();
  await second.getByRole('button', { name: /^Baseline/ }).click();
  await expect(values.getByRole('columnheader', { name: /base$/ })).toHaveCount(1);
  await second.locator('.run-chip-name').click();
  await page.getByRole('menuitem', { name: 'Move left' }).click();
  await expect(chips.first()).toContainText(name);
  await chips
    .first()
    .getByRole('button', { name: `Take ${name} out` })
    .click();
  await expect(chips).toHaveCount(2);
  await expect(values.getByText('as change from baseline')).toBeHidden();
  expect(app.errors).toEqual([]);
});

test('the baseline is a ghost under the curves in Design, off by one click', async ({
  page,
  app,
}) => {
  const designer = new Designer(page);
  await designer.openExample('XOR');
  const switches = page.getByRole('button', { name: 'Baseline', exact: true });
  const outcome = page.getByRole('status').filter({ hasText: 'Compare with previous' });
  await set(designer, 'Epochs', '20');
  for (const rate of ['0.01', '0.05']) {
    await set(designer, 'Learning rate', rate);
    await designer.canvas.focus();
    await page.keyboard.press('Control+Enter');
    await expect(page.getByText(/Finished/).first()).toBeVisible();
    await expect(switches).toBeHidden();
    if (rate === '0.01') continue;
    // That one has finished is also said of the first.
    await expect(outcome).toContainText(`-> ${rate}: `);
    await designer.command('Compare with the previous run');
    await expect(page.getByRole('list', { name: 'Compared runs' })).toBeVisible();
    await page.getByRole('button', { name: 'Design', exact: true }).click();
  }
  await expect(switches).toHaveAttribute('aria-pressed', 'true');
  const plot = page.locator('.curve-plot').first();
  const ink = async () => (await designer.drawing(plot)).ink;
  await switches.click();
  await expect(switches).toHaveAttribute('aria-pressed', 'false');
  const without = await settled(ink);
  await switches.click();
  await expect(switches).toHaveAttribute('aria-pressed', 'true');
  await expect.poll(ink).toBeGreaterThan(without);
  // Its value stands beside those of the run on show.
  await expect(page.locator('.curve-value', { hasText: 'base' }).first()).toBeVisible();
  await switches.click();
  await expect.poll(ink).toBe(without);

  // A run that trains moves in Compare: figures, curves, the inside.
  await switches.click();
  await set(designer, 'Epochs', '100000');
  await designer.canvas.focus();
  await page.keyboard.press('Control+Enter');
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  const side = page.getByRole('complementary', { name: 'Runs to compare' });
  // Before the new run is among them the newest is another one.
  await expect(side.getByRole('checkbox')).toHaveCount(3);
  // Newest first: the one that trains, then the earlier two.
  await side.getByRole('checkbox', { checked: true }).first().click();
  await side.getByRole('checkbox', { checked: false }).first().click();
  const region = (name: string) => page.getByRole('region', { name, exact: true });
  const moving = [
    region('Values').getByRole('row', { name: /^Steps/ }),
    region('Values').getByRole('row', { name: /^Train loss/ }),
    page.locator('.overlay-legend').first(),
    region('Distributions').locator('.distribution-figures'),
  ];
  await expect(region('Values').getByRole('row', { name: /^Status/ })).toContainText('running');
  for (const each of moving) {
    const known = await each.innerText();
    await expect(each).not.toHaveText(known, { useInnerText: true });
  }
  const curves = page.locator('.overlay-chart .curve-plot').first();
  await curves.focus();
  await page.keyboard.press('ArrowLeft');
  // The chart stays while rows of the run come and go: so does what is pointed at.
  await expect(region('Values').getByRole('row', { name: /^Steps/ })).not.toHaveText('');
  await expect(curves.locator('.curve-pill')).toBeVisible();
  expect(app.errors).toEqual([]);
});

test('fewer than two runs: what to do is said', async ({ page, app }) => {
  const designer = new Designer(page);
  await designer.command('Go to Compare');
  const comparison = page.getByRole('region', { name: 'Comparison' });
  await expect(comparison).toContainText('Choose two runs or more from the list');
  await expect(page.getByRole('complementary')).toContainText('once a network was trained');
  await comparison.getByRole('button', { name: 'Train one in Design' }).click();
  await expect(designer.canvas).toBeVisible();
  expect(app.errors).toEqual([]);
});
