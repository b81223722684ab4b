/**
 * Names of the example projects whose data the engine makes by itself, for tests without the process that reads files.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { datasets } from '#engine/datasets/index.ts';
import { restoreDocumentText } from '#engine/ir/restoreDocument.ts';
import { EXAMPLES } from './cli.ts';

const ENDING = '.netloom.json';

export const generatedExamples: readonly string[] = readdirSync(EXAMPLES)
  .filter((file) => {
    const restored = restoreDocumentText(readFileSync(join(EXAMPLES, file), 'utf8'));
    if (!restored.ok) throw new Error(`${file} is refused`);
    return restored.document.nodes.every(
      ({ type, attrs: { source } }) =>
        type !== 'Data' || (typeof source === 'string' && datasets.has(source)),
    );
  })
  .map((file) => file.replace(ENDING, ''));
