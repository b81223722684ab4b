/** Rule: each study is three clicks away (Sweep, what is studied, Start); its results are a page within Runs. */
import { Designer } from './designer.ts';
import { expect, test } from './fixtures.ts';
import { runModule } from './modules.ts';

test('the bottleneck study takes three clicks; its best is opened by one more', async ({
  page,
  app,
}) => {
  const designer = new Designer(page);
  await designer.openExample('Denoising autoencoder');
  await designer.setting('Epochs').fill('1');
  await designer.setting('Epochs').press('Enter');

  await page.getByRole('button', { name: 'Sweep', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: /^Bottleneck 8 to 128/ }).click();
  await expect(dialog.getByRole('status')).toHaveText('5 runs at most');
  await expect(dialog.getByRole('textbox', { name: 'What varies, a setting a line' })).toHaveValue(
    /=8,16,32,64,128$/,
  );
  await dialog.getByRole('button', { name: 'Start' }).click();

  // Live: trials come while others train.
  await expect(dialog).toHaveCount(0);
  const trials = page.getByRole('region', { name: 'Trials' });
  await expect(trials.getByRole('row')).toHaveCount(3);
  const status = page.getByRole('toolbar', { name: 'Sweep' }).getByRole('status');
  await expect(status).toContainText('Finished5 trials');
  await expect(trials.getByRole('row')).toHaveCount(6);
  const shown = await trials
    .locator('tbody td.num')
    .evaluateAll((cells) =>
      cells.filter((_, i) => i % 4 === 0).map((cell) => Number(cell.textContent)),
    );
  expect(shown).toHaveLength(5);
  expect(shown).toEqual(shown.toSorted((a, b) => a - b));

  await expect(page.getByRole('slider', { name: /^Keep runs by bottleneck/ })).toBeVisible();
  await expect(page.getByRole('img', { name: /^Loss against bottleneck/ })).toBeVisible();
  const side = page.getByRole('table', { name: 'Same inputs' });
  await expect(side.getByRole('rowheader')).toHaveText([
    /Wanted/,
    /Corrupted/,
    ...[/^8 /, /^16 /, /^32 /, /^64 /, /^128 /],
  ]);

  await page.getByRole('button', { name: 'Open best in Design' }).click();
  await expect(
    page.getByRole('button', { name: /^Project Denoising autoencoder \d: / }),
  ).toBeVisible();
  expect(app.errors).toEqual([]);
});

test.describe(() => {
  test.use({ shared: true });
  test('the other studies are as near, and a field is swept from where it stands', async ({
    page,
    app,
  }) => {
    const designer = new Designer(page);
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: 'Sweep', exact: true }).click();
    for (const [study, runs] of [
      [/^Depth 1 to 6/, 6],
      [/^Dropout 0 to 0\.8/, 5],
      [/^Activation: five of them/, 5],
      [/^Is Adam better than SGD here/, 10],
      [/^What each layer is worth/, null],
    ] as const) {
      await dialog.getByRole('button', { name: study }).click();
      await expect(dialog.getByRole('status')).toHaveText(
        runs === null ? /^\d+ runs at most$/ : `${runs} runs at most`,
      );
      await expect(dialog.getByRole('button', { name: 'Start' })).toBeEnabled();
    }
    const lines = dialog.getByRole('textbox', { name: 'What varies, a setting a line' });
    await lines.fill('lr=0.1,0.01');
    await dialog.getByRole('button', { name: 'Add a setting' }).click();
    await page.getByRole('menuitem', { name: 'fc1' }).click();
    await page.getByRole('menuitem', { name: /^outFeatures/ }).press('Enter');
    await expect(lines).toHaveValue(/^lr=0\.1,0\.01\nfc1\.outFeatures=(\d+,){4}\d+$/);
    await expect(dialog.getByRole('status')).toHaveText('10 runs at most');
    await dialog.getByRole('combobox', { name: 'Method' }).click();
    await page.getByRole('option', { name: 'TPE' }).click();
    await expect(dialog.getByRole('status')).toHaveText('20 runs at most');
    await dialog.getByRole('combobox', { name: 'Method' }).click();
    await page.getByRole('option', { name: 'Grid' }).click();
    await lines.fill('fc3.outFeatures=9,10');
    await expect(dialog.getByRole('status')).toHaveText(
      /^With fc3\.outFeatures=9 the network cannot be trained/,
    );
    await expect(dialog.getByRole('button', { name: 'Start' })).toBeDisabled();
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);

    await designer.select('Linear fc1');
    const field = page.getByRole('spinbutton', { name: 'Out features' });
    await field.focus();
    await page.keyboard.press('Control+Alt+s');
    await expect(lines).toHaveValue(/^fc1\.outFeatures=(\d+,){4}\d+$/);
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
    await field.hover();
    await page.getByRole('button', { name: 'Sweep Out features' }).click();
    await expect(dialog.getByRole('status')).toHaveText('5 runs at most');
    expect(app.errors).toEqual([]);
  });
});

test('what each layer was worth stands at its card, one click from the results', async ({
  page,
  app,
}) => {
  runModule('recordSweep', app.home, 'ablation', '6');
  const designer = new Designer(page);
  await designer.command('Go to Sweeps');
  const listed = page.getByRole('region', { name: 'What each layer is worth' });
  const sentences = listed.locator('tbody tr .visually-hidden');
  await expect(sentences).toHaveCount(5);
  const told = await sentences.allTextContents();
  await page.getByRole('button', { name: 'Show on the graph' }).click();

  const marks = designer.canvas.locator('.card-worth');
  await expect(marks).toHaveCount(5);
  for (const text of told) {
    const sentence = text.replace(/^\. /, '');
    await expect(designer.canvas.getByRole('img', { name: sentence, exact: true })).toBeVisible();
  }
  const legend = page.getByRole('note', { name: 'Worth of each layer' });
  await legend.getByRole('button', { name: 'Results' }).click();
  await expect(listed).toBeVisible();
  await designer.command('Go to Design');
  await legend.getByRole('button', { name: 'Take the worths off the cards' }).click();
  await expect(marks).toHaveCount(0);
  expect(app.errors).toEqual([]);
});

test.describe(() => {
  test.use({ shared: true });
  test('the fields of the training bar and of the data are swept as those of layers', async ({
    page,
    app,
  }) => {
    const designer = new Designer(page);
    const dialog = page.getByRole('dialog');
    const lines = dialog.getByRole('textbox', { name: 'What varies, a setting a line' });
    const bar = page.getByRole('region', { name: 'Training', exact: true });
    for (const [field, line] of [
      [bar.getByRole('spinbutton', { name: 'Learning rate' }), /^lr=log:[\d.]+\.\.[\d.]+$/],
      [bar.getByRole('spinbutton', { name: 'Batch' }), /^batch=(\d+,){4}\d+$/],
      [bar.getByRole('combobox', { name: 'Optimiser' }), /^optimizer=Adam,.*SGD/],
    ] as const) {
      const name = (await field.getAttribute('aria-label')) ?? '';
      await field.hover();
      await bar.getByRole('button', { name: `Sweep ${name}` }).click();
      await expect(lines).toHaveValue(line);
      await expect(dialog.getByRole('status')).toHaveText(/^\d+ runs at most$/);
      await page.keyboard.press('Escape');
      await expect(dialog).toHaveCount(0);
    }

    await designer.openExample('Moons');
    await designer.select('Data data');
    await page.getByRole('spinbutton', { name: 'Noise' }).focus();
    await page.keyboard.press('Control+Alt+s');
    await expect(lines).toHaveValue(/^data\.options\.noise=log:[\d.]+\.\.[\d.]+$/);
    await expect(dialog.getByRole('button', { name: 'Start' })).toBeEnabled();
    expect(app.errors).toEqual([]);
  });
});
