/** Rule: a lost connection, a killed engine and a closed page lose nothing. */
import type { WebSocketRoute } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { Designer } from './designer.ts';

async function trainLong(designer: Designer): Promise<void> {
  await designer.openExample('Moons');
  await designer.setting('Epochs').fill('20000');
  await designer.setting('Epochs').press('Enter');
  await designer.canvas.focus();
  await designer.page.keyboard.press('Control+Enter');
  await expect(designer.page.getByText(/^Epoch/).first()).toBeVisible();
}
async function step(designer: Designer): Promise<number> {
  const text = await designer.page
    .getByText(/step [\d,]+ of/)
    .first()
    .innerText();
  return Number(/step ([\d,]+) of/.exec(text)?.[1]?.replaceAll(',', ''));
}

test.describe(() => {
  // Its sockets are routed for good.
  test.use({ unused: true });
  test('the page reconnects and catches up with the run', async ({ page, app }) => {
    const sockets: WebSocketRoute[] = [];
    await page.routeWebSocket(/.*/, (socket) => {
      socket.connectToServer();
      sockets.push(socket);
    });
    await page.reload();
    const designer = new Designer(page);
    await expect(designer.nodes.first()).toBeVisible();
    await trainLong(designer);
    await expect.poll(() => step(designer)).toBeGreaterThan(50);
    const before = await step(designer);
    await sockets.at(-1)?.close();
    await expect.poll(() => sockets.length).toBeGreaterThan(1);
    await expect.poll(() => step(designer)).toBeGreaterThan(before);
    await page.getByRole('button', { name: 'Stop' }).click();
    expect(app.errors).toEqual([]);
  });
});

test('a killed engine: the run is kept and goes on from its checkpoint', async ({ page, app }) => {
  const designer = new Designer(page);
  await trainLong(designer);
  await expect.poll(() => step(designer)).toBeGreaterThan(500);
  app.killEngine();
  const resume = page.getByRole('button', { name: /^Resume/ }).first();
  await expect(resume).toBeVisible();
  await expect(page.getByText(/[Ii]nterrupted/).first()).toBeVisible();
  await resume.click();
  await expect(page.getByText(/^Epoch/).first()).toBeVisible();
  await expect.poll(() => step(designer)).toBeGreaterThan(500);
  await page.getByRole('button', { name: 'Stop' }).click();
  expect(app.errors).toEqual([]);
});

test.describe(() => {
  test.use({ shared: true });
  test('unsaved changes are there after a reload; an example that was only looked at, too', async ({
    page,
    app,
  }) => {
    const designer = new Designer(page);
    await designer.openExample('Spirals');
    await page.reload();
    await expect(page.getByRole('button', { name: 'Project Spirals' })).toBeVisible();

    await designer.select('Linear fc2');
    await page.keyboard.press('Delete');
    await expect(designer.node('Linear fc2')).toBeHidden();
    // Autosave waits for a pause in the typing.
    await expect.poll(() => app.drafted('Spirals')).toContain('fc1');
    expect(app.drafted('Spirals')).not.toContain('fc2');
    await page.reload();
    await expect(designer.node('Linear fc1')).toBeVisible();
    await expect(designer.node('Linear fc2')).toBeHidden();
    expect(app.errors).toEqual([]);
  });
});
