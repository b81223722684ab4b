/**
 * A file that is made from the code and kept beside it. Where it is out of date it is written anew and the
 * test says so; where nobody would see that (CI), it fails.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { expect } from 'vitest';

/** Whether files that are out of date are written anew. */
export const canDerive = !process.env['CI'];

export function expectDerivedFile(path: string, text: string): void {
  if (!canDerive) {
    const stale = `${relative(process.cwd(), path)} is out of date: npm run derive writes it anew`;
    expect(readFileSync(path, 'utf8'), stale).toBe(text);
    return;
  }
  if (readFileSync(path, 'utf8') === text) return;
  writeFileSync(path, text);
  console.warn(`${relative(process.cwd(), path)} was out of date and is written anew: commit it.`);
}
