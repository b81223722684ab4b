/**
 * Rule: a network dragged from the palette and wired by hand teaches its mistake, takes the fix, learns,
 * and survives undo, save and reload.
 */
import { expect, test } from './fixtures.ts';
import { Designer } from './designer.ts';

test.use({ shared: true });

test('the example trains before your eyes', async ({ page, app }) => {
  const designer = new Designer(page);
  await expect(designer.node('Linear fc1')).toBeVisible();
  const fc1 = designer.node('Linear fc1');
  await expect.poll(async () => (await designer.picture(fc1)).ink).toBeGreaterThan(0.05);
  const before = await designer.picture(fc1);
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText(/Finished|Epoch/).first()).toBeVisible();
  await expect(page.getByText(/Finished/).first()).toBeVisible();
  // Its histogram and its units: another picture than before, and not an empty one.
  const after = await designer.picture(fc1);
  expect(after.checksum).not.toBe(before.checksum);
  expect(after.ink).toBeGreaterThan(0.1);
  expect(after.colours).toBeGreaterThan(20);
  for (const [tab, ink] of [
    ['Curves', 0.01],
    ['Gradient flow', 0.3],
    ['Samples', 0.5],
  ] as const) {
    const panel = page.getByRole('tabpanel', { name: tab });
    expect((await designer.drawing(panel)).ink, tab).toBeGreaterThan(ink);
  }
  await expect(page.locator('.training-line').getByText(/val 9\d\.\d ?%/)).toBeVisible();
  expect(app.errors).toEqual([]);
});

test('drag, wire, repair, train, undo, save, reload', async ({ page, app }) => {
  const designer = new Designer(page);
  await expect(designer.node('Linear fc1')).toBeVisible();
  await designer.command('New project');
  await expect(designer.node('Linear fc1')).toBeHidden();

  await designer.drop('Data', 120, 200);
  await expect(designer.node('Data data1')).toBeVisible();
  await designer.drop('Linear', 360, 200);
  await designer.drop('CrossEntropyLoss', 620, 200);
  await expect(designer.node('CrossEntropyLoss loss1')).toBeVisible();
  await designer.wire(/^Output image of data1/, /^Input x of fc1/);
  await designer.wire(/^Output y of fc1/, /^Input prediction of loss1/);
  await designer.wire(/^Output label of data1/, /^Input target of loss1/);

  // The wrong wire stays, says why, and offers the repair.
  await page.getByRole('tab', { name: /^Problems/ }).click();
  const problems = page.getByRole('tabpanel', { name: /^Problems/ });
  await expect(problems.getByText(/Linear takes a flat vector but gets 1×28×28/)).toBeVisible();
  await problems.getByRole('button', { name: 'Insert Flatten' }).click();
  await expect(designer.canvas.getByRole('group', { name: /^Flatten/ })).toBeVisible();
  await expect(problems.getByText(/Linear takes a flat vector/)).toBeHidden();

  await page.keyboard.press('Control+z');
  await expect(designer.canvas.getByRole('group', { name: /^Flatten/ })).toBeHidden();
  await page.keyboard.press('Control+Shift+z');
  await expect(designer.canvas.getByRole('group', { name: /^Flatten/ })).toBeVisible();

  await page.keyboard.press('Control+Enter');
  await expect(page.getByText(/Finished/).first()).toBeVisible();

  await page.keyboard.press('Control+s');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText(/Saved/).first()).toBeVisible();
  await page.reload();
  await expect(designer.canvas.getByRole('group').first()).toBeVisible();
  expect(app.errors).toEqual([]);
});
