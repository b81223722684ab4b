/** The player that pages are made with: built beside this program (vite.player.config.ts), in a folder of its own. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlayerBundle } from '#engine/export/player/html.ts';

const FOLDER = join(import.meta.dirname, '..', 'player');

export async function readPlayerBundle(folder = FOLDER): Promise<PlayerBundle> {
  const [script, style] = await Promise.all(
    ['player.js', 'player.css'].map((name) => readFile(join(folder, name), 'utf8')),
  );
  if (script === undefined || style === undefined) throw new Error('two files were read');
  return { script, style, scriptHash: hashOf(script), styleHash: hashOf(style) };
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64');
