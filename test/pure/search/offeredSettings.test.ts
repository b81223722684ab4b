/** Rule: whatever can be searched is offered once, under what it is a setting of, with a line that can be read. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { restoreDocumentText } from '#engine/ir/restoreDocument.ts';
import { offeredSettings, readSpace } from '#engine/search/index.ts';
import { example } from '#test/support/cli.ts';
import { pointsDocument } from '#test/support/documents.ts';

test('the training first, then each node that has any', () => {
  const groups = offeredSettings(pointsDocument('moons', 2));
  expect(groups.map(({ node }) => node)).toEqual([null, 'data', 'fc1', 'relu1', 'fc2', 'loss']);
  const names = (of: string | null): readonly string[] =>
    groups.find(({ node }) => node === of)?.settings.map(({ name }) => name) ?? [];
  expect(names(null)).toEqual(expect.arrayContaining(['lr', 'batch', 'epochs', 'optimizer']));
  expect(names('fc1')).toEqual(expect.arrayContaining(['outFeatures', 'bias']));
  expect(names('relu1')[0]).toBe('kind');
  expect(names('fc1')).not.toContain('kind');
  expect(names('loss')).not.toContain('kind');
});

test('what changes nothing that is learnt is not offered', () => {
  const paths = offeredSettings(pointsDocument('moons', 2)).flatMap(({ settings }) =>
    settings.map(({ path }) => path),
  );
  expect(paths).not.toContain('training.device');
  expect(paths).not.toContain('training.threads');
  expect(new Set(paths).size).toBe(paths.length);
});

test.each(['digits-gan', 'digits-cnn-batchnorm', 'tied-autoencoder'])(
  'all lines of %s can be read together',
  (name) => {
    const restored = restoreDocumentText(readFileSync(example(name), 'utf8'));
    if (!restored.ok) throw new Error(`${name} cannot be read`);
    const { document } = restored;
    const lines = offeredSettings(document).flatMap(({ settings }) =>
      settings.map(({ line }) => line),
    );
    expect(lines.length).toBeGreaterThan(20);
    expect(readSpace(lines, document)).toHaveLength(lines.length);
  },
);
