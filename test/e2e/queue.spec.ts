/** Rule: several trainings wait in a queue that is watched, reordered and emptied by hand, with keys alone too. */
import type { Locator } from '@playwright/test';
import { Designer } from './designer.ts';
import { expect, test } from './fixtures.ts';

test('three are queued, reordered, watched and finished', async ({ page, app }) => {
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
  // What was said of each lies over none of them.
  await expect(page.getByText('was added to the queue')).toHaveCount(0);

  // The last one up, by keys.
  const grips = list.getByRole('button', { name: /^Move / });
  const order = (): Promise<(string | null)[]> =>
    rows.evaluateAll((all) => all.map((row) => row.getAttribute('data-entry')));
  const [first = null, third = null, second = null] = await order();
  await grips.nth(2).focus();
  await page.keyboard.press('ArrowUp');
  await expect(list.getByRole('status')).toHaveText(/moved$/);
  // The answer may be here before the news.
  await expect.poll(order).toEqual([first, second, third]);
  // The first one to the end, by hand: dropped below the middle of the last row.
  const drag = async (dragged: string | null, onto: string | null, end: 'top' | 'bottom') => {
    const row = (id: string | null): Locator => list.locator(`[data-entry="${id}"]`);
    const { height = 0 } = (await row(onto).boundingBox()) ?? {};
    const y = end === 'top' ? 3 : height - 3;
    // A browser that is still ending one drag takes no other.
    const ended = page.evaluate(
      () =>
        new Promise<void>((done) => {
          addEventListener('dragend', () => done(), { once: true });
        }),
    );
    await row(dragged).dragTo(row(onto), { targetPosition: { x: 80, y }, steps: 8 });
    await ended;
  };
  await drag(first, third, 'bottom');
  await expect.poll(order).toEqual([second, third, first]);
  await drag(first, second, 'top');
  await expect.poll(order).toEqual([first, second, third]);
  await list
    .getByRole('button', { name: /out of the queue$/ })
    .nth(2)
    .click();
  await expect(list.getByText('Taken out')).toBeVisible();
  await list.getByRole('button', { name: /^Try .* again$/ }).click();
  await expect(grips).toHaveCount(3);

  await list.getByRole('button', { name: 'Go on' }).click();
  await expect(status).toHaveAccessibleName('Queue: 3 done');
  await expect(list.locator('.queue-row.finished')).toHaveCount(3);
  await list.getByRole('button', { name: 'Clear finished' }).click();
  await expect(list.getByText(/^Nothing waits/)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(list).toHaveCount(0);
  expect(app.errors).toEqual([]);
});
