/** Data sets that come with the product: copied to where fetched ones are, so that they are used and allowed as those. */
import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { inputError } from '#engine/ir/index.ts';
import { asInputError } from '#engine/ir/systemError.ts';
import { makePrivateFolder } from '../stateFiles.ts';
import type { DatasetEntry } from './catalog.ts';

/** Throws InputError where the product is not whole, or the disk is full. */
export function placeShipped(entry: DatasetEntry, from: string, to: string): void {
  makePrivateFolder(to);
  for (const { name, sha256 } of entry.archive ? [] : entry.files) {
    const path = join(to, name);
    const part = `${path}.${process.pid}.part`;
    try {
      copyFileSync(join(from, name), part);
      const found = createHash('sha256').update(readFileSync(part)).digest('hex');
      if (found !== sha256) {
        throw inputError('datasets.shipped-damaged', 'This file came damaged with the product.', {
          path: join(from, name),
        });
      }
      renameSync(part, path);
    } catch (error) {
      rmSync(part, { force: true });
      throw asInputError(error, join(from, name));
    }
  }
}
