/** Rule: several trainings wait in a queue that is watched, reordered and emptied by hand, with keys alone too. */
import { Designer } from './designer.ts';
import { expect, test } from './fixtures.ts';

test('three are queued, reordered, watched and finished', async ({ page, app }) => {
  test.setTimeout(240_000);
  const designer = new Designer(page);
  await designer.openExample('Moons');
  const epochs = async (count: string): Promise<void> => {
    await designer.setting('Epochs').fill(count);
    await designer.setting('Epochs').press('Enter');
  };
  await designer.command('Hold the queue');
  for (const count of ['40', '41', '42']) {
    await epochs(count);
    await page.getByRole('button', { name: 'Add to queue' }).click();
  }
  const status = page.getByRole('button', { name: /^Queue:/ });
  await expect(status).toHaveAccessibleName('Queue: 0 of 3 done, held');
  await status.click();
  const list = page.getByRole('dialog', { name: 'Queue' });
  const rows = list.getByRole('listitem');
  await expect(rows).toHaveCount(3);

  // The last one to the front, by keys.
  const grips = list.getByRole('button', { name: /^Move / });
  await grips.nth(2).focus();
  await page.keyboard.press('ArrowUp');
  await expect(list.getByRole('status')).toHaveText(/moved$/);
  // The first one to the end, by hand: dropped below the middle of the last row.
  const order = (): Promise<(string | null)[]> =>
    rows.evaluateAll((all) => all.map((row) => row.getAttribute('data-entry')));
  const [first, second, third] = await order();
  const { height } = (await rows.last().boundingBox()) ?? { height: 0 };
  await rows.first().dragTo(rows.last(), { targetPosition: { x: 80, y: height - 3 } });
  await expect.poll(order).toEqual([second, third, first]);
  await rows.last().dragTo(rows.first(), { targetPosition: { x: 80, y: 3 } });
  await expect.poll(order).toEqual([first, second, third]);
  await list
    .getByRole('button', { name: /out of the queue$/ })
    .nth(2)
    .click();
  await expect(list.getByText('Taken out')).toBeVisible();
  await list.getByRole('button', { name: /^Try .* again$/ }).click();
  await expect(grips).toHaveCount(3);

  await list.getByRole('button', { name: 'Go on' }).click();
  await expect(status).toHaveAccessibleName('Queue: 3 done', { timeout: 120_000 });
  await expect(list.locator('.queue-row.finished')).toHaveCount(3);
  await list.getByRole('button', { name: 'Clear finished' }).click();
  await expect(list.getByText(/^Nothing waits/)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(list).toHaveCount(0);
  expect(app.errors).toEqual([]);
});
