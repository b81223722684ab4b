/**
 * Rule: every example project is what its description makes, opens without a problem and lies on the grid.
 * `UPDATE_EXAMPLES=1` writes the files anew.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyse } from '#engine/check/analyse.ts';
import { restoreDocumentText, serializeDocument } from '#engine/ir/restoreDocument.ts';
import { GRAPH_EXAMPLES } from '#test/support/graphExamples.ts';
import { EXAMPLES, makeExample, makeGraphExample } from '#test/support/makeExamples.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'resources', 'examples');

const ALL = [
  ...EXAMPLES.map((example) => ({ name: example.name, make: () => makeExample(example) })),
  ...GRAPH_EXAMPLES.map((example) => ({
    name: example.name,
    make: () => makeGraphExample(example),
  })),
];

describe.each(ALL)('$name', ({ name, make }) => {
  const path = join(FOLDER, `${name}.netloom.json`);
  test('is what its description makes', async () => {
    const text = serializeDocument(await make());
    if (process.env['UPDATE_EXAMPLES'] === '1') writeFileSync(path, text);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
  test('opens without a problem', () => {
    const restored = restoreDocumentText(readFileSync(path, 'utf8'));
    if (!restored.ok) throw new Error(JSON.stringify(restored.problems));
    expect(restored.problems).toEqual([]);
    expect(analyse(restored.document).problems).toEqual([]);
  });
});
