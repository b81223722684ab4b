/** Rule: the layer reference is what the registry says; it is written anew by itself. */
import { join } from 'node:path';
import { format } from 'prettier';
import { test } from 'vitest';
import { expectDerivedFile } from '#test/support/derivedFile.ts';
import { layerReference } from '#test/support/layerReference.ts';

const FILE = join(import.meta.dirname, '..', '..', '..', 'resources', 'docs', 'layers.md');

test('resources/docs/layers.md is fresh', async () => {
  expectDerivedFile(FILE, await format(layerReference(), { parser: 'markdown' }));
});
