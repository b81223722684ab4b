/** Rule: several documents are open at once, each as it was left: its graph, history, camera and run. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { type App, expect, test } from './fixtures.ts';
import { Designer } from './designer.ts';

test.use({ shared: true });

const bar = (page: Page) => page.getByRole('navigation', { name: 'Open projects' });
const names = (page: Page) => bar(page).locator('.document-name').allInnerTexts();
const tab = (page: Page, name: string | RegExp) =>
  bar(page).locator('.document-name').filter({ hasText: name });
const front = (page: Page) => bar(page).locator('[aria-current]');

async function edit(designer: Designer, node: string): Promise<void> {
  await designer.select(node);
  await designer.page.keyboard.press('Delete');
  await expect(designer.node(node)).toBeHidden();
}
/** Autosave waits for a pause in the typing. */
async function drafted(app: App): Promise<void> {
  await expect.poll(() => app.drafted('XOR')).toContain('fc1');
  expect(app.drafted('XOR')).not.toContain('fc2');
  await expect.poll(() => app.drafted('Moons copy')).toContain('fc2');
}
const cameraOf = (page: Page) =>
  page.locator('.react-flow__viewport').evaluate((element: HTMLElement) => element.style.transform);

test('each keeps its graph, history and camera; keys go from one to the next', async ({
  page,
  app,
}) => {
  const designer = new Designer(page);
  await designer.openExample('XOR');
  await expect(bar(page)).toBeHidden();
  await edit(designer, 'Linear fc2');
  await designer.openExample('Spirals');
  expect(await names(page)).toEqual([expect.stringMatching(/^XOR/), 'Spirals']);
  await expect(front(page)).toHaveText('Spirals');
  await expect(designer.node('Linear fc2')).toBeVisible();

  await page.keyboard.press('+');
  await designer.rests();
  const camera = await cameraOf(page);
  await page.keyboard.press('Alt+PageUp');
  await expect(front(page)).toHaveText(/^XOR/);
  await expect(designer.node('Linear fc2')).toBeHidden();
  expect(await cameraOf(page)).not.toBe(camera);
  await page.keyboard.press('Control+z');
  await expect(designer.node('Linear fc2')).toBeVisible();
  await page.keyboard.press('Alt+PageDown');
  await expect(front(page)).toHaveText('Spirals');
  await expect.poll(() => cameraOf(page)).toBe(camera);
  await expect(page.getByRole('button', { name: 'Undo', exact: true })).toBeDisabled();
  expect(app.errors).toEqual([]);
});

test('what is being typed goes to the document it was typed in', async ({ page, app }) => {
  const designer = new Designer(page);
  await designer.openExample('XOR');
  await edit(designer, 'Linear fc2');
  await designer.openExample('Spirals');
  await page.keyboard.press('Alt+PageUp');
  await designer.setting('Epochs').fill('123');
  await page.keyboard.press('Alt+PageDown');
  await expect(front(page)).toHaveText('Spirals');
  await expect(designer.setting('Epochs')).not.toHaveValue('123');
  await page.keyboard.press('Alt+PageUp');
  await expect(designer.setting('Epochs')).toHaveValue('123');
  expect(app.errors).toEqual([]);
});

test('a run trains on behind, and the bar and the tab say whose it is', async ({ page, app }) => {
  const designer = new Designer(page);
  await designer.openExample('Moons');
  await designer.setting('Epochs').fill('20000');
  await designer.setting('Epochs').press('Enter');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText(/^Epoch/).first()).toBeVisible();
  await designer.openExample('XOR');
  await expect(tab(page, 'Moons')).toContainText('trains');
  await expect(tab(page, 'XOR')).not.toContainText('trains');
  await expect(page.getByText(/Moons/).nth(1)).toBeVisible();
  // The cards are of a network that was never trained.
  await expect(page.getByText('Curves appear').first()).toBeVisible();
  await tab(page, 'Moons').click();
  await expect(page.locator('.curve-legend').first()).toBeVisible();
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(tab(page, 'Moons')).not.toContainText('trains');
  expect(app.errors).toEqual([]);
});

test('closing asks about unsaved changes: cancel, save, let go and take back', async ({
  page,
  app,
}) => {
  const designer = new Designer(page);
  await designer.openExample('XOR');
  await edit(designer, 'Linear fc2');
  await designer.openExample('Spirals');
  await edit(designer, 'Linear fc1');

  // The middle button, on one that is not in front.
  await tab(page, /^XOR/).click({ button: 'middle' });
  const question = page.getByRole('dialog', { name: 'Save the changes to XOR?' });
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(front(page)).toHaveText(/^XOR/);
  expect(await names(page)).toHaveLength(2);

  await page.keyboard.press('Alt+w');
  await question.getByRole('textbox', { name: 'Name' }).fill('xor-kept');
  await question.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(bar(page)).toBeHidden();
  await expect(page.getByRole('button', { name: 'Project Spirals' })).toBeVisible();

  await page.keyboard.press('Alt+w');
  await page.getByRole('button', { name: 'Close without saving' }).click();
  await expect(page.getByRole('button', { name: 'Project untitled' })).toBeVisible();
  await expect
    .poll(() => readdirSync(join(app.home, 'drafts')).filter((name) => name.endsWith('.json')))
    .toEqual([]);
  await page.getByRole('button', { name: 'Undo', exact: true }).last().click();
  await expect(page.getByRole('button', { name: 'Project Spirals' })).toBeVisible();
  await expect(designer.node('Linear fc1')).toBeHidden();

  // The file is there, and is opened once.
  await designer.command('Open');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /xor-kept/ })
    .click();
  await expect(front(page)).toHaveText('xor-kept');
  await tab(page, /^Spirals/).click();
  await designer.command('Open');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /xor-kept/ })
    .click();
  await expect(front(page)).toHaveText('xor-kept');
  expect(await names(page)).toHaveLength(2);
  expect(app.errors).toEqual([]);
});

test('all of them are there after a reload, in the order they were put into', async ({
  page,
  app,
}) => {
  const designer = new Designer(page);
  await designer.openExample('XOR');
  await edit(designer, 'Linear fc2');
  await designer.openExample('Moons');
  await designer.command('Duplicate the project');
  await expect(front(page)).toHaveText(/^Moons copy/);
  await tab(page, /^Moons copy/).dragTo(tab(page, /^XOR/), {
    targetPosition: { x: 8, y: 10 },
    steps: 5,
  });
  const order = async () => (await names(page)).map((name) => name.replace(/,.*/s, '').trim());
  await expect.poll(order).toEqual(['Moons copy', 'XOR', 'Moons']);
  await page.keyboard.press('Alt+Shift+PageDown');
  await expect.poll(order).toEqual(['XOR', 'Moons copy', 'Moons']);
  await drafted(app);
  await page.reload();
  await expect(front(page)).toHaveText(/^Moons copy/);
  expect(await order()).toEqual(['XOR', 'Moons copy', 'Moons']);
  await tab(page, /^XOR/).click();
  await expect(designer.node('Linear fc1')).toBeVisible();
  await expect(designer.node('Linear fc2')).toBeHidden();
  expect(app.errors).toEqual([]);
});

test('more than there is room for are in a list', async ({ page, app }) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  const designer = new Designer(page);
  await designer.openExample('XOR');
  for (let count = 0; count < 12; count++) await designer.command('Duplicate the project');
  const list = page.getByRole('button', { name: 'All open projects' });
  await expect(front(page)).toBeInViewport();
  await list.click();
  await page.getByRole('menuitemradio').first().click();
  await expect(front(page)).toHaveText('XOR');
  await expect(front(page)).toBeInViewport();
  expect(app.errors).toEqual([]);
});

test.describe(() => {
  // Its window is closed.
  test.use({ unused: true });
  test('all of them are there at the next start, with what was not saved', async ({
    page,
    app,
  }) => {
    const designer = new Designer(page);
    await designer.openExample('XOR');
    await edit(designer, 'Linear fc2');
    await designer.openExample('Moons');
    await designer.command('Duplicate the project');
    await expect(front(page)).toHaveText(/^Moons copy/);
    await page.keyboard.press('Alt+PageUp');
    await expect(front(page)).toHaveText(/^Moons/);
    await drafted(app);
    // What is open is kept for the next start by the settings, which wait for a pause, too.
    const open = await page.evaluate(() => sessionStorage.getItem('netloom.documents'));
    await expect.poll(() => app.view()['lastDocuments']).toBe(open);
    const next = await page.context().newPage();
    const errors: string[] = [];
    next.on('pageerror', (error) => errors.push(error.message));
    // While this window is open it keeps its documents for itself.
    await next.goto(await app.link());
    await next.locator('.react-flow__node').first().waitFor();
    await expect(bar(next)).toBeHidden();
    await next.close();

    const started = page.context();
    await page.close();
    const again = await started.newPage();
    again.on('pageerror', (error) => errors.push(error.message));
    await again.goto(await app.link());
    await expect(front(again)).toHaveText(/^Moons/);
    const order = (await names(again)).map((name) => name.replace(/,.*/s, '').trim());
    expect(order).toEqual(['XOR', 'Moons', 'Moons copy']);
    await tab(again, /^XOR/).click();
    await expect(new Designer(again).node('Linear fc1')).toBeVisible();
    await expect(new Designer(again).node('Linear fc2')).toBeHidden();
    expect([...errors, ...app.errors]).toEqual([]);
  });
});
