/**
 * Rule: a page answers as the network does, whatever layer of the registry stands in it: by the page's own executor,
 * with weights that are not those of the start, beside the reference; and it says which inputs are whole numbers.
 */
import { expect, it } from 'vitest';
import type { NetworkDocument } from '#engine/ir/document.ts';
import html from '#engine/export/formats/html.ts';
import { openPlayer } from '#engine/export/player/executor.ts';
import { readPlayerHtml } from '#engine/export/player/html.ts';
import '../support/allclose.ts';
import { bytesOf } from '../support/exportedBytes.ts';
import { data, features, network, target } from '../support/network.ts';
import { layerNetworks } from '../support/layerNetworks.ts';
import { asInitialised, randomNetwork, referenceAnswers } from '../support/randomNetwork.ts';

const BATCH = 3;
const BUNDLE = { script: 'run()', style: 'p{}', scriptHash: 'one', styleHash: 'two' };

/** A loss has no head: it answers nothing. */
const answering = layerNetworks
  .map((each) => ({ ...each, heads: each.document.nodes.filter(({ id }) => id.endsWith('Out')) }))
  .filter(({ heads }) => heads.length > 0);

it.each(answering)('$title', ({ document, heads }) =>
  answersAlike(
    document,
    heads.map(({ id }) => id),
  ),
);

it('an answer that needs neither weights nor statistics before it', async () => {
  const document = network(
    [
      data([features(3), target(2)]),
      ['norm', 'BatchNorm1d'],
      ['ones', 'FullLike', { value: 1 }],
      ['out', 'Linear', { outFeatures: 2 }],
      ['loss', 'MSELoss'],
    ],
    [
      'data.features > norm.x',
      'norm.y > ones.x',
      'ones.y > out.x',
      'out.y > loss.prediction',
      'data.target > loss.target',
    ],
  );
  await answersAlike(document, ['out']);
});

async function answersAlike(document: NetworkDocument, heads: readonly string[]): Promise<void> {
  const made = randomNetwork(document, () => null, asInitialised);
  const outputs = heads.map((id) => ({ name: id, from: { node: id, port: 'y' } }));
  const written = await html.write(
    { ...made, trained: true, dataMetadata: {} },
    { examples: 0 },
    {
      outputs,
      metadata: {},
      producer: { name: 'test', version: '0' },
      data: () => Promise.reject(new Error('there are no data')),
      calibrate: () => Promise.reject(new Error('nothing is calibrated')),
      playerBundle: () => Promise.resolve(BUNDLE),
    },
  );
  const { runnable } = written;
  const isInput = (name: string): boolean => runnable?.takes.includes(name) === true;
  const { feeds, wanted } = referenceAnswers(made, { batch: BATCH, outputs, isInput });
  for (const { name, dtype } of runnable?.inputs ?? []) {
    expect(dtype).toBe(feeds[name]?.type.dtype ?? 'f32');
  }
  const page = new TextDecoder().decode(bytesOf({ content: written }));
  const player = await openPlayer(readPlayerHtml(page));
  const inputs = new Map(Object.entries(feeds).map(([name, { values }]) => [name, values]));
  const answers = player.model.parts.map((part) => player.answer(part, inputs, BATCH));
  for (const { name, values } of wanted) {
    const found = answers.find((each) => each.has(name))?.get(name) ?? [];
    const largest = Math.max(...values.map(Math.abs));
    expect(found).toBeAllclose(values, { rtol: 1e-5, atol: 1e-5 * largest });
  }
}
