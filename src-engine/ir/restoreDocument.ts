/**
 * The only way in for documents from outside: files, drafts, pasted text, other processes. What a document
 * cannot hold refuses it, with all problems at once; what it can hold is kept, mistakes included: unknown
 * layers stay as placeholders, unknown keys are written back, attribute values that do not fit their layer
 * are for check/ to show. So a restored document comes with warnings at most.
 */
import { layers } from '../layers/index.ts';
import { DOCUMENT_FORMAT, DOCUMENT_VERSION, type NetworkDocument } from './document.ts';
import { DocumentReader } from './documentReader.ts';
import { errorMessage } from './errors.ts';
import { isObject, type JsonObject, quote } from './json.ts';
import { MAX_ID } from './limits.ts';
import { placeMissing } from './placeMissing.ts';
import type { Problem } from './problem.ts';
import { restoreTraining } from './restoreTraining.ts';

export { serializeDocument } from './serializeDocument.ts';

export type Restored =
  | { readonly ok: true; readonly document: NetworkDocument; readonly problems: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Steps from version n to n + 1, by n. */
type VersionSteps = Readonly<Record<number, (old: JsonObject) => JsonObject>>;
const VERSION_STEPS: VersionSteps = {
  // Version 1 had no ids and opened whatever a file said under this name.
  1: ({ id, parent: _parent, ...rest }) =>
    typeof id === 'string' && id.length > 0 && id.length <= MAX_ID ? { ...rest, id } : rest,
};

/** A document nests less; deeper JSON is an accident or an attack, and would exhaust the stack. */
const MAX_DEPTH = 64;
const KEYS = [
  'format',
  'version',
  'id',
  'parent',
  'name',
  'notes',
  'nodes',
  'wires',
  'training',
  'extra',
];

export function restoreDocumentText(text: string): Restored {
  const plain = text.startsWith('\ufeff') ? text.slice(1) : text;
  if (plain.trim() === '') return refuse('document.empty', 'The file is empty.');
  let input: unknown;
  try {
    input = JSON.parse(plain);
  } catch (error) {
    const detail = errorMessage(error);
    return refuse('document.json', `This is not JSON: ${detail}.`, placeOf(plain, detail));
  }
  return restoreDocument(input);
}

export function restoreDocument(input: unknown): Restored {
  if (!isObject(input)) return refuse('document.not-object', 'A project is a JSON object.');
  if (isDeeper(input, MAX_DEPTH)) {
    return refuse('document.too-deep', `The JSON is nested deeper than ${MAX_DEPTH} levels.`);
  }
  const version = readVersion(input);
  if (typeof version !== 'number') return version;
  const current = migrate(input, version, DOCUMENT_VERSION, VERSION_STEPS);

  const reader = new DocumentReader((type) => layers.get(type)?.migrations ?? []);
  const identity = reader.identity(current);
  const name = reader.name(current['name']);
  const notes = reader.notes(current['notes']);
  const nodes = reader.nodes(current['nodes']);
  const wires = reader.wires(current['wires'], nodes);
  const { training, problems } = restoreTraining(current['training']);
  reader.problems.push(...problems);
  const extra = reader.extra(current, KEYS, '');
  if (reader.broken) return { ok: false, problems: reader.problems };
  const document = {
    format: DOCUMENT_FORMAT,
    version: DOCUMENT_VERSION,
    ...identity,
    name,
    notes,
    nodes: placeMissing(nodes, wires),
    wires,
    training,
    ...extra,
  } satisfies NetworkDocument;
  return { ok: true, document, problems: reader.problems };
}

/** Refuses what is not ours or from a later program: reading on would find only consequences. */
function readVersion({ format, version }: JsonObject): number | Restored {
  if (format !== DOCUMENT_FORMAT) {
    const found = format === undefined ? '' : `, not ${quote(format)}`;
    return refuse(
      'document.format',
      `A project says "format": "${DOCUMENT_FORMAT}"${found}.`,
      'format',
    );
  }
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) {
    return refuse('document.version', 'The version must be a whole number from 1.', 'version');
  }
  if (version > DOCUMENT_VERSION) {
    return refuse(
      'document.newer',
      `This project was saved by a newer Netloom (format ${version}, this one reads ${DOCUMENT_VERSION}).`,
      'version',
    );
  }
  return version;
}

/** Applies the steps from one version to another, in order. */
export function migrate(
  input: JsonObject,
  from: number,
  to: number,
  steps: VersionSteps,
): JsonObject {
  let current = input;
  for (let version = from; version < to; version++) {
    const step = steps[version];
    if (!step) throw new Error(`no step from document version ${version}`);
    current = { ...step(current), version: version + 1 };
  }
  return current;
}

function refuse(code: string, message: string, path?: string): Restored {
  const place = path === undefined ? {} : { path };
  return { ok: false, problems: [{ code, severity: 'error', message, ...place }] };
}

/** `line 3, column 7` from what the JSON parser says, where it says it. */
function placeOf(text: string, detail: string): string | undefined {
  const position = /position (\d+)/.exec(detail)?.[1];
  if (position === undefined) return /end of/.test(detail) ? 'end of the text' : undefined;
  const before = text.slice(0, Number(position)).split('\n');
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((each) => isDeeper(each, depth - 1));
}
