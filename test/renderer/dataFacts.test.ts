/**
 * Rule: what the page's check says follows what is known of the data: it says more once the data has been looked
 * at, says it again for other data, and after an undo.
 */
import { expect, test } from 'vitest';
import type { DataDescription } from '#engine/protocol/dataContract.ts';
import { followDataFacts } from '#renderer/state/dataFacts.ts';
import { createDataPreviews } from '#renderer/state/dataPreview.ts';
import { createDocumentStore } from '#renderer/state/document.ts';
import { chain, features, LABEL } from '../support/network.ts';
import { settled } from '../support/settled.ts';
import { fed } from '../support/smallNetworks.ts';

const FIELDS = [features(2), { ...LABEL, classes: 2 }];
const document = fed(
  chain(
    [
      ['bn1', 'BatchNorm1d'],
      ['fc1', 'Linear', { outFeatures: 2 }],
      ['loss', 'CrossEntropyLoss'],
    ],
    {
      input: 'features',
      fields: FIELDS,
      training: { batchSize: 128, split: { validation: 0, test: 0 } },
    },
  ),
  'moons',
  { count: 129 },
);

/** A host that describes a generator by its options, when told to. */
function host() {
  const waiting: (() => void)[] = [];
  const describe = (_source: string, options: Readonly<Record<string, unknown>>) =>
    new Promise<DataDescription>((resolve) =>
      waiting.push(() =>
        resolve({
          source: 'moons',
          label: 'Moons',
          fields: FIELDS,
          counts: { total: Number(options['count']), test: null },
          fingerprint: '',
          preview: [],
        }),
      ),
    );
  const sources = { describe, project: () => null, store: { subscribe: () => () => undefined } };
  const answer = async (): Promise<void> => {
    for (const each of waiting.splice(0)) each();
    await settled();
  };
  return { previews: createDataPreviews(sources as never), answer };
}

test('a last batch of one is a problem as soon as the number of samples is known', async () => {
  const documents = createDocumentStore(document);
  const { previews, answer } = host();
  const stop = followDataFacts(documents, previews);
  const codes = () => documents.getState().analysis.problems.map(({ code }) => code);
  expect(codes()).toEqual([]);
  await answer();
  expect(codes()).toEqual(['training.batch-norm-batch-one']);

  const [fix] = documents.getState().analysis.problems[0]?.fixes ?? [];
  documents.apply(fix?.edits ?? [], { label: 'Drop the last batch' });
  expect(documents.getState().document.training.dropLast).toBe(true);
  expect(codes()).toEqual([]);
  documents.undo();
  expect(codes()).toEqual(['training.batch-norm-batch-one']);

  // Other data: nothing is known of it, then something is.
  documents.apply([{ kind: 'setAttrs', id: 'data', attrs: { options: { count: 128 } } }], {
    label: 'Set samples',
  });
  expect(codes()).toEqual([]);
  await answer();
  expect(codes()).toEqual([]);
  documents.undo();
  expect(codes()).toEqual(['training.batch-norm-batch-one']);
  stop();
});
