/** The folder of tables that a test makes: there from the first one on, gone after each file of tests. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let folder: string | undefined;

export const tableFolder = (): string =>
  (folder ??= mkdtempSync(join(tmpdir(), 'netloom-tables-')));

export function removeTableFolder(): void {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  folder = undefined;
}
