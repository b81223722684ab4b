/**
 * Rule: each study that is proposed trains what it says: every trial finishes, its network is the one that was
 * asked for, and the results name the best of them.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NO_FILES } from '#engine/datasets/index.ts';
import { applyEdits } from '#engine/ir/applyEdits.ts';
import type { NetworkDocument } from '#engine/ir/index.ts';
import { restoreDocument } from '#engine/ir/restoreDocument.ts';
import type { SweepInfo } from '#engine/protocol/index.ts';
import {
  ablationResult,
  gridValues,
  readSpace,
  searchProposals,
  sweepAnswer,
  sweepResults,
} from '#engine/search/index.ts';
import { type App, startApp } from '#test/support/app.ts';
import { example } from '#test/support/cli.ts';

let app: App;
beforeAll(async () => {
  app = startApp({ cores: 2 });
  // Nobody looks inside: what shows it is not compiled for each of some forty trials.
  await app.client.call('settings.set', { telemetryHz: 0 });
});
afterAll(() => app.close());

/** An example as it is but for one epoch of few samples. */
function small(name: string): NetworkDocument {
  const restored = restoreDocument(JSON.parse(readFileSync(example(name), 'utf8')));
  if (!restored.ok) throw new Error(`${name} cannot be read`);
  return applyEdits(restored.document, [
    { kind: 'setTraining', training: { epochs: 1, device: 'cpu' } },
    { kind: 'setAttrs', id: 'data', attrs: { options: { count: 200 } } },
  ]);
}

/** All trials of a study, to their end; of each what was varied and the network that was trained. */
async function studied(name: string, id: string) {
  const document = small(name);
  const proposal = searchProposals(document).find((each) => each.id === id);
  if (!proposal) throw new Error(`${id} is not proposed for ${name}`);
  const { texts, strategy, seeds } = proposal;
  const space = readSpace(texts, document);
  const trials = space.reduce((size, parameter) => size * gridValues(parameter).length, 1);
  const begun = app.services.sweeps.start({
    ...{ document, access: NO_FILES, name: id, space, strategy, seeds, trials },
    ...{ stopping: null, minutes: null },
  });
  const sweep = await app.services.sweeps.done(begun.id);
  expect(sweep).toMatchObject({ state: 'finished', reason: '' });
  expect(sweep.trials.map(({ state, reason }) => [state, reason])).toEqual(
    Array.from({ length: trials }, () => ['finished', undefined]),
  );
  const trained = await Promise.all(
    sweep.trials.map(async ({ run, values }) => ({
      values: Object.values(values),
      network: await app.client.call('runs.document', { runId: run ?? '' }),
    })),
  );
  return { document, sweep, trained };
}

const kindsOf = ({ nodes }: NetworkDocument): readonly string[] => nodes.map(({ type }) => type);
const attrsOf = ({ nodes }: NetworkDocument, type: string, name: string): readonly unknown[] =>
  nodes.flatMap((node) => (node.type === type ? [node.attrs[name]] : []));

/** The first of the results is the one that the sentence begins with. */
function expectAnswer(sweep: SweepInfo, begins: RegExp): void {
  const [best] = sweepResults(sweep.plan, sweep.trials);
  const answer = sweepAnswer(sweep.plan, sweep.trials) ?? '';
  expect(answer).toMatch(begins);
  const [value] = Object.values(best?.values ?? {});
  if (typeof value !== 'string' && typeof value !== 'number') throw new Error('nothing varied');
  expect(answer.slice(0, answer.indexOf(' does best'))).toContain(String(value));
  expect(answer).toMatch(/only seeds can tell\.$/);
}

test('bottleneck 8 to 128', async () => {
  const { sweep, trained } = await studied('denoising-autoencoder', 'bottleneck');
  expect(trained.map(({ values }) => values)).toEqual([[8], [16], [32], [64], [128]]);
  for (const { values, network } of trained) {
    const { attrs } = network.nodes.find(({ id }) => id === 'bottleneck') ?? {};
    expect([attrs?.['outFeatures']]).toEqual(values);
  }
  expectAnswer(sweep, /^bottleneck\.outFeatures \d+ does best: Loss 0\./);
});

test('depth 1 to 6', async () => {
  const { document, sweep, trained } = await studied('digits-mlp', 'depth');
  const linear = (network: NetworkDocument): number =>
    kindsOf(network).filter((kind) => kind === 'Linear').length;
  expect(trained.map(({ network }) => linear(network) - linear(document))).toEqual([
    ...[0, 1, 2, 3, 4, 5],
  ]);
  expectAnswer(sweep, /^\d in a row does best: /);
});

test('dropout 0 to 0.8', async () => {
  const { sweep, trained } = await studied('digits-mlp', 'dropout');
  expect(trained.map(({ network }) => attrsOf(network, 'Dropout', 'p'))).toEqual(
    [0, 0.2, 0.4, 0.6, 0.8].map((p) => [p, p]),
  );
  expectAnswer(sweep, /^drop1\.p 0\.?\d? does best: /);
});

test('activation: five of them', async () => {
  const { document, sweep, trained } = await studied('digits-mlp', 'activation');
  const changed = kindsOf(document).map((kind, i) => (kind === 'ReLU' ? i : -1));
  expect(new Set(trained.map(({ values }) => values[0])).size).toBe(5);
  for (const { values, network } of trained) {
    const there = kindsOf(network).filter((_, i) => changed[i] === i);
    expect(there).toEqual([values[0], values[0]]);
  }
  expectAnswer(sweep, /^\w+ does best: /);
});

test('is Adam better than SGD here', async () => {
  const { sweep, trained } = await studied('digits-mlp', 'optimizer');
  const settings = trained.map(({ network: { training } }) => {
    const { type, attrs } = training.objectives[0]?.optimizer ?? { type: '', attrs: {} };
    return [type, attrs['lr']];
  });
  expect(settings).toEqual(trained.map(({ values }) => values));
  expect(new Set(settings.map(([type]) => type))).toEqual(new Set(['Adam', 'SGD']));
  expectAnswer(
    sweep,
    /^(Adam|SGD) does best: Loss [\d.]+ at lr [\d.]+\. (Adam|SGD) comes to [\d.]+ at lr [\d.]+\. One run/,
  );
});

test('what each layer is worth', async () => {
  const { sweep, trained } = await studied('digits-mlp', 'ablation');
  for (const { values, network } of trained) {
    const left = network.nodes.flatMap(({ id, bypassed }) => (bypassed === true ? [id] : []));
    expect(left).toEqual(values[0] === 'none' ? [] : values);
  }
  const layers = ablationResult(sweep.plan, sweep.trials)?.layers ?? [];
  expect(layers).toHaveLength(trained.length - 1);
  for (const { worth } of layers) expect(worth).not.toBeNull();
});
