/** From a source as the document writes it (`moons`, `csv:FILE`) to its table. */
import type { AttrSchema, AttrValues, DataField, JsonValue } from '#engine/ir/attrs.ts';
import { InputError, inputError } from '#engine/ir/problem.ts';
import { nearest, readAttrs } from '#engine/ir/readAttrs.ts';
import type {
  DataAbilities,
  DatasetDefinition,
  DataTable,
  FileAccess,
  Fitting,
  LoadProgress,
} from '../define.ts';
import { joinPath } from '../shared/files.ts';
import { datasets } from './registry.ts';

export interface ParsedSource {
  readonly definition: DatasetDefinition;
  readonly path?: string;
}
export type SourceOptions = Readonly<Record<string, JsonValue>>;

/** Only the first colon separates, so that `csv:C:\data\iris.csv` works. */
export function parseSource(source: string): ParsedSource {
  const colon = source.indexOf(':');
  const id = (colon < 0 ? source : source.slice(0, colon)).trim();
  const path = colon < 0 ? '' : source.slice(colon + 1).trim();
  const definition = datasets.get(id);
  if (!definition) throw unknownSource(source, id);
  if (definition.path === undefined) {
    if (colon < 0) return { definition };
    throw inputError('data.path-unexpected', `The source ${id} takes no path.`, {
      explanation: `It is built in: write just "${id}".`,
    });
  }
  if (path === '') {
    const what = definition.path.toUpperCase();
    throw inputError('data.path-missing', `The source ${id} needs a ${definition.path}.`, {
      explanation: `Write it after a colon: ${id}:${what}.`,
    });
  }
  return { definition, path };
}

/** What a file is read as that somebody hands over, by the end of its name: `csv:PATH`. Null for what no source reads. */
export function sourceOfFile(path: string): string | null {
  const plain = path.toLowerCase().replace(/\.gz$/, '');
  const found = [...datasets.values()].find(({ endings = [] }) =>
    endings.some((ending) => plain.endsWith(`.${ending}`)),
  );
  return found ? `${found.id}:${path}` : null;
}

/**
 * What a folder that somebody hands over is read as, by the paths in it, with `/`: as its makers publish it, else the
 * one file in it that is known. Null for what no source reads.
 */
export function sourceOfFolder(folder: string, paths: readonly string[]): string | null {
  const found = [...datasets.values()].find(({ holds }) => paths.some((path) => holds?.test(path)));
  if (found) return `${found.id}:${folder}`;
  const files = paths.flatMap((path) => sourceOfFile(joinPath(folder, path)) ?? []);
  return files.length === 1 ? (files[0] ?? null) : null;
}

function unknownSource(source: string, id: string): InputError {
  const near = nearest(id, [...datasets.keys()]);
  const known = [...datasets.values()].map(
    ({ id: name, path }) => `${name}${path === undefined ? '' : `:${path.toUpperCase()}`}`,
  );
  return inputError(
    'data.unknown-source',
    source.trim() === ''
      ? 'No data source is chosen.'
      : `There is no data source "${id}"${near === undefined ? '.' : `; did you mean ${near}?`}`,
    { explanation: `Known sources: ${known.join(', ')}.` },
  );
}

/** The options as the source may use them. Values that do not fit are errors; unknown ones are ignored. */
export function readOptions(
  { id, options: schema }: DatasetDefinition,
  raw: SourceOptions,
): AttrValues<AttrSchema> {
  const { attrs, problems } = readAttrs(schema, raw);
  const [first, ...others] = problems
    .filter(({ severity }) => severity === 'error')
    .map((problem) => ({ ...problem, path: `options.${problem.path} of ${id}` }));
  if (first) throw new InputError([first, ...others]);
  return attrs;
}

/** The fields of a generator, which are known without making anything; null for files. */
export function generatedFields(
  source: string,
  options: SourceOptions,
): readonly DataField[] | null {
  const { definition } = parseSource(source);
  return definition.fields?.(readOptions(definition, options)) ?? null;
}

/** Null where samples of the source are never streamed; throws as `loadData` does. */
export async function sampleBytes(
  source: string,
  options: SourceOptions,
  files: FileAccess,
  abilities: DataAbilities,
  onProgress?: LoadProgress,
): Promise<number | null> {
  const { definition, path } = parseSource(source);
  if (path === undefined || !definition.sampleBytes) return null;
  return definition.sampleBytes({
    ...{ path, files, abilities, ...(onProgress && { onProgress }) },
    options: readOptions(definition, options),
  });
}

/** Throws InputError for an unknown source, bad options or files that cannot be used. */
export async function loadData(
  source: string,
  options: SourceOptions,
  files: FileAccess,
  onProgress?: LoadProgress,
  abilities: DataAbilities = {},
  fitting?: Fitting,
): Promise<DataTable> {
  const { definition, path } = parseSource(source);
  const values = readOptions(definition, options);
  const context = {
    options: values,
    files,
    abilities,
    ...(onProgress && { onProgress }),
    ...(fitting && { fitting }),
  };
  if (path !== undefined) return definition.load({ ...context, path });
  return generated.get(`${definition.id} ${JSON.stringify(values)}`, () =>
    definition.load(context),
  );
}

/**
 * The tables generated last. They depend on nothing but their options, and are asked for again and again:
 * to describe the source, then to train on it.
 */
class RecentTables {
  static readonly #kept = 2;
  readonly #tables = new Map<string, Promise<DataTable>>();

  get(key: string, load: () => Promise<DataTable>): Promise<DataTable> {
    const table = this.#tables.get(key) ?? load();
    this.#tables.delete(key);
    this.#tables.set(key, table);
    for (const oldest of [...this.#tables.keys()].slice(0, -RecentTables.#kept)) {
      this.#tables.delete(oldest);
    }
    table.catch(() => this.#tables.delete(key));
    return table;
  }
}
const generated = new RecentTables();
