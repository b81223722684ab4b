/**
 * Rule: a page that runs a model answers as the network does, for every example of the product, by the page's own
 * executor; and it says of inputs and outputs what a person needs to use them.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Backend } from '#engine/backends/backend.ts';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import { createWasmBackend } from '#engine/backends/wasm/index.ts';
import { exportModel } from '#engine/export/exportModel.ts';
import { bytesOf } from '#test/support/exportedBytes.ts';
import { openPlayer } from '#engine/export/player/executor.ts';
import { readPlayerHtml } from '#engine/export/player/html.ts';
import type { PlayerInput, PlayerOutput } from '#engine/export/player/model.ts';
import type { NetworkDocument } from '#engine/ir/index.ts';
import { restoreDocument } from '#engine/ir/restoreDocument.ts';
import { generatedExamples } from '../support/generatedExamples.ts';
import { nodePlatform } from '../support/nodePlatform.ts';
import { noPictures } from '../support/pictures.ts';

const EXAMPLES = join(import.meta.dirname, '..', '..', 'resources', 'examples');
const BUNDLE = { script: 'run()', style: 'p{}', scriptHash: 'one', styleHash: 'two' };
/** Beside the weights, without the script and the style of the player: code for each layer, and some examples. */
const mostBytes = ({ nodes }: NetworkDocument): number => 32_000 + 4_000 * nodes.length;

const platform = nodePlatform();
let wasm: Backend;
beforeAll(async () => {
  wasm = await createWasmBackend(platform, { threads: 2 });
});
afterAll(() => wasm.close());

async function exported(
  document: NetworkDocument,
  change: { readonly backend?: Backend; readonly options?: Readonly<Record<string, number>> } = {},
) {
  const request = {
    ...{ document, weights: null, format: 'html', options: change.options ?? {}, outputs: [] },
    ...{ metadata: { name: 'some' }, producer: { name: 'Netloom', version: '0' } },
  };
  const { report, content } = await exportModel(request, {
    platform,
    // It stays open for the next one.
    createBackend: () =>
      Promise.resolve(change.backend ?? { ...wasm, close: () => Promise.resolve() }),
    createRunner: () => Promise.reject(new Error('a page needs no other runtime')),
    pictures: noPictures,
    readPlayerBundle: () => Promise.resolve(BUNDLE),
  });
  const html = new TextDecoder().decode(bytesOf({ content }));
  return { report, html, model: readPlayerHtml(html) };
}

function example(name: string): NetworkDocument {
  const text = readFileSync(join(EXAMPLES, `${name}.netloom.json`), 'utf8');
  const restored = restoreDocument(JSON.parse(text));
  if (!restored.ok) throw new Error(`${name} is refused`);
  return restored.document;
}

it.each(generatedExamples)('%s answers from its page as it does here', async (name) => {
  const document = example(name);
  const { report, html } = await exported(document);
  const { verification } = report;
  expect(verification).toMatchObject({
    ...{ runtime: "the page's own executor", from: 'validation' },
    ...{ isSame: true, firstDifferent: null },
  });
  for (const { relative } of verification?.outputs ?? []) expect(relative).toBeLessThan(1e-5);
  // Base64 is a third longer.
  expect(html.length - (report.weightBytes * 4) / 3).toBeLessThan(mostBytes(document));
});

it('and as the plain kernels in double precision do', async () => {
  for (const name of ['digits-gan', 'digits-transfer', 'spirals']) {
    const { report } = await exported(example(name), { backend: createReferenceBackend() });
    for (const { relative } of report.verification?.outputs ?? []) {
      expect(relative).toBeLessThan(1e-5);
    }
  }
});

const kinds = (all: readonly (PlayerInput | PlayerOutput)[]): readonly string[] =>
  all.map(({ kind }) => kind);

it('says how the data are drawn: the ground, the pen, how large and where', async () => {
  const { model } = await exported(example('digits-mlp'));
  const [part] = model.parts;
  const [image] = part?.inputs ?? [];
  expect(image).toMatchObject({ kind: 'image', channels: 1, height: 28, width: 28, high: 255 });
  const drawing = image?.kind === 'image' ? image.drawing : null;
  expect(drawing?.ground).toBe(0);
  expect(drawing?.penPixels).toBeGreaterThan(1.5);
  expect(drawing?.penPixels).toBeLessThan(4);
  // The digits are made as MNIST's are: 20 pixels large, the centre of their mass in the middle.
  expect(drawing?.pose?.centre).toBe('mass');
  for (const [value, wanted] of [
    [drawing?.pose?.sidePixels, 20],
    [drawing?.pose?.x, 14],
    [drawing?.pose?.y, 14],
  ] as const) {
    expect(Math.abs((value ?? 0) - wanted)).toBeLessThan(0.2);
  }
  expect(part?.outputs).toMatchObject([{ kind: 'classes', classes: [...'0123456789'] }]);
  // Each class once before any comes twice.
  expect(part?.examples).toMatchObject({ count: 12, from: 'validation' });
});

it('tells rows, curves, rebuilt pictures and what is made from chance apart', async () => {
  const moons = await exported(example('moons'));
  expect(moons.model.parts[0]?.answers.map(({ batch }) => batch)).toEqual([1, 256]);
  expect(kinds(moons.model.parts[0]?.inputs ?? [])).toEqual(['row']);
  const regression = await exported(example('regression'));
  expect(kinds(regression.model.parts[0]?.outputs ?? [])).toEqual(['numbers']);
  const rebuilt = await exported(example('tied-autoencoder'));
  expect(rebuilt.model.parts[0]?.outputs).toMatchObject([
    { kind: 'image', like: 'image', low: 0, high: 1 },
  ]);
  const gan = await exported(example('digits-gan'));
  expect(gan.model.parts.map((part) => [kinds(part.inputs), kinds(part.outputs)])).toEqual([
    [['latent'], ['image', 'chance']],
    [['image'], ['chance']],
  ]);
});

it('draws what a generator starts from as Netloom does: of a seed the same, however many', async () => {
  const { model } = await exported(example('digits-gan'));
  const player = await openPlayer(model);
  const [part] = model.parts;
  if (!part) throw new Error('the generator is a part');
  const [one, many, other] = [
    player.draw(part, 7, 1).get('z'),
    player.draw(part, 7, 16).get('z'),
    player.draw(part, 8, 1).get('z'),
  ];
  expect(one).toHaveLength(64);
  expect([...(many ?? [])].slice(0, 64)).toEqual([...(one ?? [])]);
  expect(other).not.toEqual(one);
  const [latent] = part.inputs;
  expect(latent).toMatchObject({ kind: 'latent', low: -4, high: 4 });
  const pictures = player.answer(part, new Map([['z', many ?? []]]), 16).get('generated');
  const [first] = player.answer(part, new Map([['z', one ?? []]]), 1).get('generated') ?? [];
  expect(pictures).toHaveLength(16 * 784);
  expect(pictures?.[0]).toBeCloseTo(first ?? NaN, 6);
});

it('takes no sample along where none is wanted', async () => {
  const { model } = await exported(example('moons'), { options: { examples: 0 } });
  expect(model.parts[0]?.examples).toMatchObject({ count: 0 });
});

it('is text wherever something was called by people, and loads nothing', async () => {
  const evil = '</script><img src=x onerror=alert(1)><!--';
  const document = example('moons');
  const { html, model } = await exported({ ...document, name: evil, notes: evil });
  expect(model).toMatchObject({ title: evil, notes: evil });
  expect(html).not.toContain('<img');
  // The data and the script of the player, and no comment that hides the rest.
  expect(html.match(/<script/g)).toHaveLength(2);
  expect(html.match(/<\/script/g)).toHaveLength(2);
  expect(html).not.toContain('<!--');
  expect(html).toContain(
    `content="default-src 'none'; script-src 'sha256-one' 'wasm-unsafe-eval'; style-src 'sha256-two'; img-src blob: data:; base-uri 'none'; form-action 'none'"`,
  );
  expect(html).not.toMatch(/https?:/);
});
