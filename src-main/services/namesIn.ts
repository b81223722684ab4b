/** The names in a folder; nothing where it is not there or may not be looked at. */
import { readdirSync } from 'node:fs';

export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
