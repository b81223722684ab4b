/** Where real data sets lie, for tests that need them and skip where they are absent. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const FOLDER = resolve(process.env['NETLOOM_DATASETS'] ?? '../shared/datasets');

/** A path of the data folder; null where it is not there. */
export function realDataset(...path: readonly string[]): string | null {
  const full = join(FOLDER, ...path);
  return existsSync(full) ? full : null;
}
