/** Rule: the layer reference is what the registry says; it is written anew by itself. */
import { join } from 'node:path';
import { format } from 'oxfmt';
import { expect, test } from 'vitest';
import { expectDerivedFile } from '#test/support/derivedFile.ts';
import { layerReference } from '#test/support/layerReference.ts';

const FILE = join(import.meta.dirname, '..', '..', 'resources', 'docs', 'layers.md');

test('resources/docs/layers.md is fresh', async () => {
  const { code, errors } = await format(FILE, layerReference());
  expect(errors).toEqual([]);
  expectDerivedFile(FILE, code);
});
