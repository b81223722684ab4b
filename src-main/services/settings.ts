/** The user's settings, one JSON file, written atomically. A file that cannot be read counts as absent. */
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import type { Settings } from '#engine/protocol/index.ts';

export const settingsSchema = z.object({
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  threads: z.int().min(0).max(256).default(0),
  telemetryHz: z.number().min(0).max(60).default(10),
  // Owned by the renderer; anything JSON.
  view: z.record(z.string(), z.json()).default({}),
});

export class SettingsService {
  readonly #path: string;
  #cache: Settings | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  async get(): Promise<Settings> {
    this.#cache ??= await this.#read();
    return this.#cache;
  }

  async set(change: Partial<Settings>): Promise<Settings> {
    const before = await this.get();
    const view = { ...before.view, ...change.view };
    this.#cache = { ...before, ...change, view };
    await mkdir(dirname(this.#path), { recursive: true });
    await writeFileAtomic(this.#path, JSON.stringify(this.#cache, null, 2));
    return this.#cache;
  }

  async #read(): Promise<Settings> {
    const text = await readFile(this.#path, 'utf8').catch(() => '{}');
    const parsed = settingsSchema.safeParse(parseJson(text));
    const { view, ...settings } = parsed.success ? parsed.data : settingsSchema.parse({});
    return { ...settings, view: view };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
