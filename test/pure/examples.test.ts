/**
 * Rule: every example project is what its description makes, opens without a problem and lies on the grid.
 * `UPDATE_EXAMPLES=1` writes the files anew.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyse } from '#engine/check/analyse.ts';
import { restoreDocumentText, serializeDocument } from '#engine/ir/restoreDocument.ts';
import { EXAMPLES, makeExample } from '#test/support/makeExamples.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'resources', 'examples');

describe.each(EXAMPLES)('$name', (example) => {
  const path = join(FOLDER, `${example.name}.netloom.json`);
  test('is what its description makes', async () => {
    const text = serializeDocument(await makeExample(example));
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
