/**
 * Rule: a page that was exported runs its model from a disk, without a network: what is drawn, dropped, typed or
 * drawn by chance is answered as `netloom predict` answers it, and names of people stay text.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, type Page, test } from '@playwright/test';
import { example, runCli } from '../support/cli.ts';

let folder = '';
test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'netloom-page-'));
});
test.afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));

const at = (name: string): string => join(folder, name);

async function cli(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runCli(at('home'), ...args);
  expect(code, stderr).toBe(0);
  return stdout;
}

/** With initial weights: what they answer is as good as any. */
async function opened(page: Page, project: string, name: string) {
  await cli('export', project, '--to', 'html', '-o', at(`${name}.html`), '--no-card');
  await cli('export', project, '--to', 'safetensors', '-o', at(`${name}.safetensors`), '--no-card');
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(error.message));
  page.on('request', (request) => {
    if (!/^(file|blob|data):/.test(request.url())) said.push(request.url());
  });
  page.on('dialog', (dialog) => {
    said.push(dialog.message());
    void dialog.dismiss();
  });
  await page.context().setOffline(true);
  await page.goto(pathToFileURL(at(`${name}.html`)).href);
  const verdict = page.getByRole('status').filter({ has: page.locator('b') });
  return { said, verdict };
}

/** Largest first, as the page writes them. */
async function predicted(project: string, name: string, rows: unknown): Promise<readonly string[]> {
  writeFileSync(at('rows.json'), JSON.stringify(rows));
  const weights = at(`${name}.safetensors`);
  const printed = await cli(
    'predict',
    project,
    '--weights',
    weights,
    '--input',
    at('rows.json'),
    '--json',
  );
  const { outputs } = JSON.parse(printed) as { outputs: { name: string; data: number[] }[] };
  const data = outputs.find((output) => output.name.endsWith('probabilities'))?.data ?? [];
  return data.toSorted((a, b) => b - a).map((share) => `${(100 * share).toFixed(1)} %`);
}

const shares = (page: Page) => page.locator('.bars .number');
/** What the network is given: the pixels of the small picture, as images of the data have them. */
const given = (page: Page) =>
  page.locator('canvas.given').evaluate((canvas: HTMLCanvasElement) => {
    const data = canvas.getContext('2d')?.getImageData(0, 0, 28, 28).data ?? [];
    return Array.from({ length: 784 }, (_, i) => data[4 * i] ?? 0);
  });

/** As answers to whole numbers of grey are, a tenth of a percent apart at the most. */
async function expectShares(page: Page, wanted: readonly string[]): Promise<void> {
  await expect(shares(page)).toHaveCount(wanted.length);
  const found = await shares(page).allTextContents();
  found.forEach((text, i) => {
    expect(Math.abs(Number.parseFloat(text) - Number.parseFloat(wanted[i] ?? ''))).toBeLessThan(
      0.25,
    );
  });
}

const image = (numbers: readonly number[]) => [
  [Array.from({ length: 28 }, (_, row) => numbers.slice(28 * row, 28 * (row + 1)))],
];

test('a digit is drawn and dropped; what the network is given is centred as the data are', async ({
  page,
}) => {
  const project = example('digits-mlp');
  const { said, verdict } = await opened(page, project, 'digits');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('MLP on digits');
  await expect(verdict).toContainText('%');
  await page.getByRole('button', { name: 'Clear' }).click();
  const pad = page.getByRole('application');
  await pad.scrollIntoViewIfNeeded();
  const box = await pad.boundingBox();
  if (!box) throw new Error('the pad is in sight');
  // Small, in a corner.
  await page.mouse.move(box.x + 30, box.y + 30);
  await page.mouse.down();
  await page.mouse.move(box.x + 90, box.y + 34, { steps: 5 });
  await page.mouse.move(box.x + 60, box.y + 110, { steps: 5 });
  await page.mouse.up();
  const rows = (numbers: readonly number[]): readonly number[] =>
    numbers.flatMap((shade, i) => (shade > 50 ? [Math.floor(i / 28)] : []));
  await expect.poll(async () => rows(await given(page)).length).toBeGreaterThan(20);
  const drawn = await given(page);
  expect(Math.max(...rows(drawn)) - Math.min(...rows(drawn)) + 1).toBeGreaterThanOrEqual(18);
  const total = drawn.reduce((sum, shade) => sum + shade, 0);
  const middle = drawn.reduce((sum, shade, i) => sum + shade * ((i % 28) + 0.5), 0) / total;
  expect(Math.abs(middle - 14)).toBeLessThan(0.3);
  await expectShares(page, await predicted(project, 'digits', image(drawn)));

  // A dark bar on white paper, as a photograph is.
  const transfer = await page.evaluateHandle(async () => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [120, 90];
    const context = canvas.getContext('2d');
    if (!context) throw new Error('no canvas');
    context.fillStyle = '#fff';
    context.fillRect(0, 0, 120, 90);
    context.fillStyle = '#111';
    context.fillRect(20, 10, 8, 60);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done));
    const files = new DataTransfer();
    if (blob) files.items.add(new File([blob], 'one.png', { type: 'image/png' }));
    return files;
  });
  await pad.dispatchEvent('drop', { dataTransfer: transfer });
  await expect(page.getByText('Inverted')).toBeVisible();
  await expect.poll(async () => (await given(page))[14 * 28 + 14]).toBeGreaterThan(200);
  const dropped = await given(page);
  expect(dropped[0]).toBe(0);
  await expectShares(page, await predicted(project, 'digits', image(dropped)));

  // By keys alone.
  await page.getByRole('button', { name: 'Clear' }).click();
  await pad.focus();
  for (const key of ['Space', ...Array<string>(6).fill('ArrowDown'), 'Space']) {
    await page.keyboard.press(key);
  }
  await expect.poll(async () => rows(await given(page)).length).toBeGreaterThan(10);
  expect(said).toEqual([]);
});

test('a row is typed and pasted; names that are markup stay text', async ({ page }) => {
  const evil = 'b</script><img src=x onerror=alert(1)>';
  const lines = Array.from({ length: 60 }, (_, i) =>
    [1 + (i % 7), ['red', 'green', 'blue'][i % 3], i % 2 === 0 ? 'a' : evil].join(','),
  );
  writeFileSync(at('table.csv'), `size,colour,kind\n${lines.join('\n')}\n`);
  const document = JSON.parse(readFileSync(example('moons'), 'utf8')) as {
    name: string;
    nodes: { type: string; attrs: object }[];
  };
  document.name = evil;
  for (const node of document.nodes) {
    if (node.type === 'Data') node.attrs = { source: 'csv:table.csv', options: { target: 'kind' } };
  }
  const project = at('table.netloom.json');
  writeFileSync(project, JSON.stringify(document));
  const { said } = await opened(page, project, 'table');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(evil);
  await page.getByRole('spinbutton', { name: 'size' }).fill('2.5');
  await page.getByRole('combobox', { name: 'colour' }).selectOption('green');
  // Words are one column each, in the order of the alphabet.
  const row = [[2.5, 0, 1, 0]];
  const wanted = await predicted(project, 'table', row);
  await expect.poll(() => shares(page).allTextContents()).toEqual(wanted);
  await page.getByRole('textbox', { name: 'Paste a row' }).fill('4\tblue\ta');
  await expect(page.getByRole('combobox', { name: 'colour' })).toHaveValue('0');
  const pasted = await predicted(project, 'table', [[4, 1, 0, 0]]);
  await expect.poll(() => shares(page).allTextContents()).toEqual(pasted);
  await expect(page.locator('img')).toHaveCount(0);
  expect(said).toEqual([]);
});

test('a generator makes the same of the same seed; a plane is pointed into', async ({ page }) => {
  const { said } = await opened(page, example('digits-gan'), 'gan');
  const made = () =>
    page
      .getByRole('img', { name: 'Generated' })
      .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  const seed = page.getByRole('spinbutton', { name: 'Seed' });
  const first = await made();
  await seed.fill('7');
  await expect.poll(made).not.toBe(first);
  await seed.fill('0');
  await expect.poll(made).toBe(first);
  await expect(page.getByRole('button', { name: /^Sample \d+$/ })).toHaveCount(16);

  await opened(page, example('moons'), 'moons');
  const plane = page.getByRole('application');
  await plane.focus();
  const x = page.getByRole('spinbutton', { name: 'x', exact: true });
  const before = Number(await x.inputValue());
  await page.keyboard.press('ArrowRight');
  await expect.poll(async () => Number(await x.inputValue())).toBeGreaterThan(before);
  await plane.click({ position: { x: 200, y: 150 } });
  const y = page.getByRole('spinbutton', { name: 'y', exact: true });
  const point = [Number(await x.inputValue()), Number(await y.inputValue())];
  await expectShares(page, await predicted(example('moons'), 'moons', [point]));
  expect(said).toEqual([]);
});
