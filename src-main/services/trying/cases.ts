/**
 * Samples that somebody keeps, with what is right about them: a small test set of one's own. They belong to a project,
 * not to one of its runs, and lie in the state folder, a file for each, so that saving one is atomic.
 */
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { inputError } from '#engine/ir/index.ts';
import { readRegularFile } from '#engine/platform/node.ts';
import type { OwnInput, TryCase } from '#engine/protocol/index.ts';
import { namesIn } from '../namesIn.ts';
import { writePrivate } from '../stateFiles.ts';

/** In the state folder. */
export const CASES_FOLDER = 'cases';
/** More than these are data, and belong into a source. */
const MOST_CASES = 500;
const MAX_FILE_BYTES = 64 * 2 ** 20;
const FILE = /^[\w-]{1,64}\.json$/;

const bytes = z.base64().transform((text) => Uint8Array.from(Buffer.from(text, 'base64')));
const stored = z.strictObject({
  id: z.string().regex(/^[\w-]{1,64}$/),
  name: z.string().min(1).max(200),
  input: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('row'), cells: z.record(z.string(), z.string()) }),
    z.strictObject({ kind: z.literal('numbers'), values: z.array(z.number()) }),
    z.strictObject({ kind: z.literal('text'), text: z.string() }),
    z.strictObject({ kind: z.literal('series'), text: z.string() }),
    z.strictObject({
      ...{ kind: z.literal('picture'), bytes, invert: z.boolean().exactOptional() },
    }),
    z.strictObject({ kind: z.literal('pixels'), pixels: bytes }),
  ]),
  expected: z.string().max(1000).nullable(),
  tolerance: z.number().min(0).exactOptional(),
  createdAt: z.string(),
});

export class TryCases {
  readonly #folder: string;

  constructor(stateFolder: string) {
    this.#folder = join(stateFolder, CASES_FOLDER);
  }

  /** Oldest first. What cannot be read is left out. */
  async list(project: string): Promise<readonly TryCase[]> {
    const folder = this.#of(project);
    const files = namesIn(folder).filter((name) => FILE.test(name));
    const read = await Promise.all(files.map((name) => readCase(join(folder, name))));
    return read
      .filter((each) => each !== null)
      .sort((a, b) => a.createdAt.localeCompare(b.createdAt) || a.id.localeCompare(b.id));
  }

  async save(project: string, kept: TryCase): Promise<void> {
    const folder = this.#of(project);
    const names = namesIn(folder).filter((name) => FILE.test(name));
    if (names.length >= MOST_CASES && !names.includes(`${kept.id}.json`)) {
      throw inputError('cases.too-many', `There are ${MOST_CASES} cases already.`, {
        explanation: 'Delete some, or make them a table or a folder of pictures.',
      });
    }
    await writePrivate(join(folder, `${kept.id}.json`), JSON.stringify(writable(kept)));
  }

  async delete(project: string, id: string): Promise<void> {
    await rm(join(this.#of(project), `${id}.json`), { force: true });
  }

  /** Names of projects come from files of others. */
  #of(project: string): string {
    return join(this.#folder, createHash('sha256').update(project).digest('hex').slice(0, 24));
  }
}

async function readCase(path: string): Promise<TryCase | null> {
  try {
    const text = new TextDecoder().decode(await readRegularFile(path, MAX_FILE_BYTES));
    return stored.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

const asText = (data: Uint8Array): string => Buffer.from(data).toString('base64');

function writable({ input, ...rest }: TryCase): unknown {
  return { ...rest, input: writableInput(input) };
}

function writableInput(input: OwnInput): unknown {
  if (input.kind === 'picture') return { ...input, bytes: asText(input.bytes) };
  if (input.kind === 'pixels') return { ...input, pixels: asText(input.pixels) };
  return input;
}
