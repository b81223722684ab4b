/** Rule: a network is built, wired and trained without a mouse, and the canvas is one stop of Tab. */
import { expect, test } from './fixtures.ts';
import { Designer } from './designer.ts';

test.use({ shared: true });

test('built, wired and trained with the keyboard alone', async ({ page, app }) => {
  const designer = new Designer(page);
  const { keyboard } = page;
  const focused = page.locator(':focus');
  await expect(designer.nodes.first()).toBeVisible();
  await keyboard.press('Control+k');
  await keyboard.type('New project');
  await keyboard.press('Enter');
  await expect(designer.nodes).toHaveCount(0);

  // From the palette's search through its list to the canvas: a stop each.
  await keyboard.press('Control+k');
  await keyboard.type('Go to the canvas');
  await keyboard.press('Enter');
  await expect(designer.canvas).toBeFocused();

  const add = async (layer: string): Promise<void> => {
    await keyboard.press('/');
    await expect(page.getByRole('dialog', { name: 'Add a layer' })).toBeVisible();
    await keyboard.type(layer);
    await keyboard.press('Enter');
    await expect(designer.canvas).toBeFocused();
  };
  await add('Data');
  // What it gives is read first: a layer that is added behind it is wired to that.
  await expect(designer.canvas.getByRole('group', { name: /^Data data1, image / })).toBeVisible();
  await add('Flatten');
  await add('Linear');
  await add('ReLU');
  await add('Linear');
  await add('CrossEntropyLoss');
  await expect(designer.nodes).toHaveCount(6);

  // The output as wide as there are classes: Enter goes to the fields, Escape comes back.
  await keyboard.press('ArrowLeft');
  await designer.expectAt(/^Linear fc2, N×\d+ to N×/);
  await keyboard.press('Enter');
  const width = page.getByRole('spinbutton', { name: 'Out features' });
  await expect(width).toBeFocused();
  await keyboard.press('Control+a');
  await keyboard.type('10');
  await keyboard.press('Enter');
  await keyboard.press('Escape');
  await expect(designer.canvas).toBeFocused();
  await designer.expectAt(/^Linear fc2, N×\d+ to N×10/);

  // The label goes to the loss: C, which output, which input.
  await keyboard.press('Home');
  await designer.expectAt(/^Data data1/);
  await keyboard.press('c');
  await expect(page.getByRole('dialog', { name: 'Wire from which output' })).toBeVisible();
  await keyboard.type('label');
  await keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Wire label to' })).toBeVisible();
  await keyboard.type('target');
  await keyboard.press('Enter');
  await expect(designer.canvas).toBeFocused();
  await expect(page.getByText('No problems', { exact: true })).toBeVisible();

  // Along the wires, one by one.
  for (const name of ['Flatten', 'Linear fc1', 'ReLU', 'Linear fc2', 'CrossEntropyLoss']) {
    await keyboard.press('ArrowRight');
    await designer.expectAt(new RegExp(`^${name}`));
  }

  await keyboard.press('Control+Enter');
  await expect(page.getByText(/^Finished/).first()).toBeVisible();
  const accuracy = page.locator('.training-line').getByText(/val [89]\d\.\d ?%/);
  await expect(accuracy).toBeVisible();
  await expect(focused).toHaveCount(1);
  expect(app.errors).toEqual([]);
});

test('the canvas is one stop of Tab; deleting heals; a wire is taken up and cut', async ({
  page,
  app,
}) => {
  const designer = new Designer(page);
  const { keyboard } = page;
  await designer.openExample('XOR');
  await page.getByRole('searchbox', { name: 'Find a layer' }).focus();
  await keyboard.press('Tab');
  await expect(page.locator('.palette-category:focus, .palette-layer:focus')).toHaveCount(1);
  for (const above of [
    page.getByRole('button', { name: 'Watching' }),
    page.getByRole('radio', { name: 'Full speed' }),
    page.getByRole('radio', { name: 'Activations' }),
  ]) {
    await keyboard.press('Tab');
    await expect(above).toBeFocused();
  }
  await keyboard.press('Tab');
  await expect(designer.canvas).toBeFocused();
  await keyboard.press('ArrowRight');
  await designer.expectAt(/^Data data/);
  await keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Zoom out' })).toBeFocused();
  await keyboard.press('Shift+Tab');
  await expect(designer.canvas).toBeFocused();

  // The focus is seen: a ring around the card, apart from the selection's.
  const ring = page.locator('.card.current');
  await expect(ring).toHaveCSS('outline-style', 'solid');

  await keyboard.press('ArrowRight');
  await keyboard.press('ArrowRight');
  await designer.expectAt(/^Tanh tanh1/);
  const wires = designer.canvas.locator('[data-wire]');
  await expect(wires).toHaveCount(5);
  await keyboard.press('Delete');
  await expect(designer.node('Tanh tanh1')).toBeHidden();
  await expect(wires).toHaveCount(4);
  await keyboard.press('ArrowRight');
  await designer.expectAt(/^Linear fc1/);

  await keyboard.press('w');
  await designer.expectAt(/^Wire from data/);
  await keyboard.press('w');
  await designer.expectAt(/^Wire from fc1 y to fc2 x$/);
  await keyboard.press('/');
  await keyboard.type('Sigmoid');
  await keyboard.press('Enter');
  await expect(wires).toHaveCount(5);
  await keyboard.press('w');
  await keyboard.press('Delete');
  await expect(wires).toHaveCount(4);
  await expect(designer.nodes).toHaveCount(5);

  // Where a keyboard has its signs does not matter.
  await page.evaluate(() =>
    document.activeElement?.dispatchEvent(
      new KeyboardEvent('keydown', { key: '/', code: 'Digit7', shiftKey: true, bubbles: true }),
    ),
  );
  await expect(page.getByRole('dialog', { name: 'Add a layer' })).toBeVisible();
  expect(app.errors).toEqual([]);
});
