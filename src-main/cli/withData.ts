/**
 * The data of a project as the command line was told: another source, what it may read, fields where they
 * are not known, and what the readers decided. Paths of the project begin beside it, paths of arguments in
 * the current folder: those are the user's own picks.
 */
import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import {
  type DataAccess,
  datasets,
  generatedFields,
  parseSource,
  resolveData,
  sourceOfFile,
  sourceOfFolder,
  type SourceOptions,
} from '#engine/datasets/index.ts';
import { analyse } from '#engine/check/analyse.ts';
import { connectField } from '#engine/check/lostFields.ts';
import { applyEdits } from '#engine/ir/applyEdits.ts';
import { valueFromText } from '#engine/ir/attrText.ts';
import {
  type DocumentNode,
  InputError,
  inputError,
  type NetworkDocument,
} from '#engine/ir/index.ts';
import { errorMessage } from '#engine/ir/errors.ts';
import { readAttrs } from '#engine/ir/readAttrs.ts';
import { own } from '#engine/ir/record.ts';
import { layer } from '#engine/layers/index.ts';
import { type DataDescription, RemoteError, type SourceRequest } from '#engine/protocol/index.ts';
import { namedDataset } from '../services/datasets/datasets.ts';
import { withNamedSets } from '../services/datasets/namedSets.ts';
import { type DataHost, folders } from './host.ts';

export interface DataArguments {
  /** Replaces what the Data nodes name. */
  readonly data?: string;
  /** Files and folders that the project may read. */
  readonly allow?: readonly string[];
  /** Options of a table of text, by the names people know them by. */
  readonly target?: string;
  readonly ignore?: string;
  readonly task?: 'classification' | 'regression' | 'none';
  /** A file with the steps of a table's recipe, as JSON. */
  readonly recipe?: string;
  /** Any option of the source, `name=value`. */
  readonly dataOption?: readonly string[];
}

export interface ProjectData {
  readonly document: NetworkDocument;
  readonly access: DataAccess;
  /** What was read, by node. */
  readonly described: ReadonlyMap<string, DataDescription>;
  /** What was changed so that the network fits its data, a sentence each. */
  readonly changes: readonly string[];
}

/**
 * The source with a whole path, and that path: what it names is picked. A set from the network goes by its id, and
 * brings the options it is read with.
 */
export function pickedSource(source: string): {
  readonly source: string;
  readonly picked: readonly string[];
  readonly options?: SourceOptions;
} {
  const fetched = namedDataset(source, folders());
  const { definition, path } = parseSource(fetched?.source ?? namedFile(source) ?? source);
  if (path === undefined) return { source, picked: [] };
  const full = resolve(path);
  const named = { source: `${definition.id}:${full}`, picked: [full] };
  return fetched ? { ...named, options: fetched.options } : named;
}

/** A file or folder without a word of what it is: told by its name. Null where there is none, or that is told. */
function namedFile(source: string): string | null {
  const [scheme = ''] = source.split(':');
  if (datasets.has(scheme.trim())) return null;
  const found = statSync(resolve(source), { throwIfNoEntry: false });
  if (!found) return null;
  if (found.isDirectory()) return folderNamed(source);
  const named = sourceOfFile(source);
  if (named !== null) return named;
  throw inputError('data.unknown-file', `${source} is not known by its name.`, {
    explanation: `Write what it is read as before it: ${[...datasets.values()].flatMap(({ id, path }) => (path ? [`${id}:`] : [])).join(' ')}`,
  });
}

function folderNamed(folder: string): string {
  const paths = pathsBelow(folder);
  const source = sourceOfFolder(folder, paths);
  if (source !== null) return source;
  const files = paths.filter((path) => sourceOfFile(path) !== null);
  // An empty folder, say: who reads pictures says best what is missing.
  if (files.length < 2) return `images:${folder}`;
  throw inputError('data.several-files', `${folder} holds ${files.length} files of data.`, {
    explanation: `Name one of them: ${files.slice(0, 5).join(', ')}${files.length > 5 ? ', …' : ''}.`,
  });
}

/** Enough to tell what a folder is. */
const MOST_PATHS = 2000;
const DEEPEST = 3;

/** Those nearest to the top first. */
function pathsBelow(folder: string): readonly string[] {
  const paths: string[] = [];
  let folders = [''];
  for (let depth = 0; depth < DEEPEST; depth++) {
    const inner: string[] = [];
    for (const at of folders) {
      if (paths.length >= MOST_PATHS) return paths;
      for (const entry of entriesOf(join(folder, at))) {
        const path = at === '' ? entry.name : `${at}/${entry.name}`;
        if (entry.isDirectory()) inner.push(path);
        else paths.push(path);
      }
    }
    folders = inner;
  }
  return paths;
}

/** What cannot be listed is told by who reads it. */
function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** `onUnreadable` is told of files whose fields are known but which cannot be read now; else they throw. */
export async function withData(
  project: NetworkDocument,
  projectPath: string,
  options: DataArguments,
  { dataAccess, dataReader }: DataHost,
  onUnreadable?: (error: InputError | RemoteError, node: string) => void,
): Promise<ProjectData> {
  const opened = withNamedSets(project, folders());
  const replaced = options.data === undefined ? null : pickedSource(options.data);
  const sources = opened.nodes.flatMap((node) =>
    node.type === 'Data' ? [replaced?.source ?? sourceOf(node)] : [],
  );
  const access = await dataAccess.ofFile(projectPath, [
    ...(options.allow ?? []),
    ...(replaced?.picked ?? []),
    ...sources.flatMap((source) => filesOf(source, givenOptions(source, options))),
  ]);
  const nodes = opened.nodes.map((node): DocumentNode => {
    if (node.type !== 'Data') return node;
    const source = replaced?.source ?? sourceOf(node);
    const before = replaced ? (replaced.options ?? {}) : (node.attrs['options'] ?? {});
    const given = givenOptions(source, options);
    if (!replaced && Object.keys(given).length === 0) return node;
    const settled = { ...(before as SourceOptions), ...given };
    return { ...node, attrs: { ...node.attrs, source, options: settled } };
  });
  const described = new Map<string, DataDescription>();
  const document = await resolveData({ ...opened, nodes }, async (source, sourceOptions, node) => {
    const generated = generatedFields(source, sourceOptions);
    if (generated) return { fields: generated };
    try {
      const description = await describe(source, sourceOptions);
      described.set(node.id, description);
      return description;
    } catch (error) {
      const { fields } = node.attrs;
      const known = Array.isArray(fields) && fields.length > 0 && replaced === null;
      const isInput = error instanceof InputError || error instanceof RemoteError;
      if (!known || !isInput || !onUnreadable) throw error;
      onUnreadable(error, node.id);
      return null;
    }
  });
  const connected = reconnected(document);
  if (!replaced) return { ...connected, access, described };
  const widened = withScores(connected.document);
  const changes = [...connected.changes, ...widened.changes];
  return { document: widened.document, changes, access, described };

  function describe(source: string, sourceOptions: SourceOptions): Promise<DataDescription> {
    const { split, seed } = opened.training;
    const fitting = { split, seed };
    return dataReader.describe({
      source,
      options: sourceOptions,
      previewCount: 0,
      access,
      fitting,
    });
  }
}

/** Kinds as the layer declares them. */
const sourceOf = (node: DocumentNode): string =>
  readAttrs(layer(node.type).attrs, node.attrs).attrs['source'] as string;

/** The options that arguments name, in the kinds that the source declares; it must have them. */
export function givenOptions(source: string, options: DataArguments): SourceOptions {
  const named: [name: string, text: string][] = (options.dataOption ?? []).map((text) => {
    const at = text.indexOf('=');
    return at < 0 ? [text, ''] : [text.slice(0, at).trim(), text.slice(at + 1)];
  });
  if (options.target !== undefined) named.push(['target', options.target]);
  if (options.ignore !== undefined) named.push(['ignore', options.ignore]);
  if (options.task !== undefined) named.push(['targetKind', options.task]);
  if (options.recipe !== undefined) named.push(['recipe', recipeText(options.recipe)]);
  if (named.length === 0) return {};
  const { definition } = parseSource(source);
  const schema = new Map(Object.entries(definition.options));
  return Object.fromEntries(
    named.map(([name, text]) => {
      const attr = schema.get(name);
      if (!attr) {
        throw inputError(
          'data.unknown-option',
          `The source ${definition.id} has no option ${name}.`,
          {
            explanation: `It has ${[...schema.keys()].join(', ')}.`,
          },
        );
      }
      return [name, valueFromText(attr, text)];
    }),
  );
}

/** What is asked of a source that was named on the command line. */
export function sourceRequest(
  source: string,
  options: Omit<DataArguments, 'data' | 'allow'>,
): SourceRequest {
  const named = pickedSource(source);
  const given = givenOptions(named.source, options);
  return {
    source: named.source,
    options: { ...named.options, ...given },
    access: { folder: null, allowed: [...named.picked, ...filesOf(named.source, given)] },
  };
}

/** Files that options of a source name, as whole paths: whoever types them on the command line has picked them. */
function filesOf(source: string, given: SourceOptions): readonly string[] {
  const { definition, path } = parseSource(source);
  if (path === undefined) return [];
  const full = resolve(path);
  return Object.entries(definition.options).flatMap(([name, attr]) => {
    const text = own(given, name);
    if (attr.kind !== 'text' || !attr.file || typeof text !== 'string') return [];
    const file = text.trim();
    return file === '' ? [] : [resolve(attr.file === 'beside' ? dirname(full) : full, file)];
  });
}

/** Throws InputError where it cannot be read or is no JSON; what steps there are is judged with the options. */
function recipeText(path: string): string {
  try {
    const text = readFileSync(path, 'utf8');
    JSON.parse(text);
    return text;
  } catch (error) {
    const isJson = error instanceof SyntaxError;
    throw inputError(
      'cli.recipe',
      isJson ? 'The recipe is no JSON.' : 'The recipe cannot be read.',
      {
        path,
        explanation: isJson
          ? `${error.message}. It is a list of steps: [{ "step": "impute", "columns": ["Age"] }].`
          : errorMessage(error),
      },
    );
  }
}

/** Problems that other data makes of a network whose last layer had the width of what it learned before. */
const WIDTH_PROBLEMS: ReadonlySet<string> = new Set(['loss.class-count', 'loss.target-size']);

/** A last layer too narrow for the data's classes or targets gets the width that its loss asks for. */
function withScores(document: NetworkDocument): Pick<ProjectData, 'document' | 'changes'> {
  const changes: string[] = [];
  let wide = document;
  for (let tries = document.nodes.length; tries > 0; tries--) {
    const problem = analyse(wide).problems.find(({ code }) => WIDTH_PROBLEMS.has(code));
    const fix = problem?.fixes?.[0];
    if (!problem || fix?.edits.every(({ kind }) => kind === 'setAttrs') !== true) break;
    wide = applyEdits(wide, fix.edits);
    changes.push(`${problem.message} ${fix.label}.`);
  }
  return { document: wide, changes };
}

/** Wires whose field the data no longer has go to the field that takes its role. */
export function reconnected(document: NetworkDocument): Pick<ProjectData, 'document' | 'changes'> {
  const changes: string[] = [];
  let wired = document;
  const { nodes, dataNodes } = analyse(document);
  for (const id of dataNodes) {
    const node = nodes.get(id);
    const used = document.wires.filter(({ from }) => from.node === id).map(({ from }) => from.port);
    for (const port of new Set(used)) {
      const fix = node && connectField(document, node, port);
      if (!fix) continue;
      wired = applyEdits(wired, fix.edits);
      changes.push(
        `${id} has no ${port} now. ${fix.label.replace('Connect ', 'Connected ')} in its place.`,
      );
    }
  }
  return { document: wired, changes };
}
