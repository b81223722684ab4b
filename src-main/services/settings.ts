/** The user's settings, one JSON file, written atomically. What cannot be read counts as absent. */
import { readFile } from 'node:fs/promises';
import { own } from '#engine/ir/record.ts';
import { z } from 'zod';
import { type Settings, WATCH_LEVELS } from '#engine/protocol/index.ts';
import { writePrivate } from './stateFiles.ts';

// No defaults in here: a partial change must not carry them.
export const settingsSchema = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']),
  threads: z.int().min(0).max(256),
  telemetryHz: z.number().min(0).max(60),
  watching: z.enum(WATCH_LEVELS),
  trainAtOnce: z.int().min(0).max(256),
  diskLimitGib: z.number().min(0).max(1_000_000),
  datasetMirror: z.union([z.literal(''), z.url({ protocol: /^https?$/ })]),
  // Owned by the renderer; anything JSON.
  view: z.record(z.string(), z.json()),
});

const DEFAULTS: Settings = {
  theme: 'system',
  threads: 0,
  telemetryHz: 10,
  watching: 'full',
  trainAtOnce: 0,
  diskLimitGib: 0,
  datasetMirror: '',
  view: {},
};

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

  /** Keys of `view` are merged, so that each part of the page keeps its own. */
  async set(change: Partial<Settings>): Promise<Settings> {
    const before = await this.get();
    const next = { ...before, ...change, view: { ...before.view, ...change.view } };
    // Also where it cannot be kept: two changes at once must not undo each other.
    this.#cache = next;
    await writePrivate(this.#path, JSON.stringify(next, null, 2));
    return next;
  }

  /** Setting by setting: one that no longer fits takes its default and leaves the others alone. */
  async #read(): Promise<Settings> {
    const stored = parseObject(await readFile(this.#path, 'utf8').catch(() => '{}'));
    const fits = Object.entries(settingsSchema.shape).flatMap(([name, schema]) => {
      const result = schema.safeParse(own(stored, name));
      return result.success ? [[name, result.data] as const] : [];
    });
    return { ...DEFAULTS, ...Object.fromEntries(fits) };
  }
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
