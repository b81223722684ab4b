/** Rule: the layer reference is what the registry says. `UPDATE_DOCS=1` writes it anew. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { expect, test } from 'vitest';
import { layerReference } from '../support/layerReference.ts';

const FILE = join(import.meta.dirname, '..', '..', 'resources', 'docs', 'layers.md');

test('resources/docs/layers.md is fresh', async () => {
  const text = await format(layerReference(), { parser: 'markdown' });
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(FILE, text);
  expect(readFileSync(FILE, 'utf8')).toBe(text);
});
