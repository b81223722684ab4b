/**
 * The only way in for documents from outside: files, drafts, pasted text, other processes. Everything that
 * does not fit is said with a code and a path; what can be kept is kept. Attribute values are checked
 * against their layer by check/ (this knows no layers); unknown types pass as placeholders.
 */
import type { z } from 'zod';
import {
  DOCUMENT_FORMAT,
  DOCUMENT_VERSION,
  type NetworkDocument,
  networkDocument,
  wireKey,
} from './document.ts';
import type { Problem } from './problem.ts';

export type Restored =
  | { readonly ok: true; readonly document: NetworkDocument; readonly problems: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Steps from version n to n + 1, by n. */
const MIGRATIONS: Readonly<
  Record<number, (old: Record<string, unknown>) => Record<string, unknown>>
> = {};

export function restoreDocumentText(text: string): Restored {
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return refuse('document.json', `This is not JSON: ${detail}.`, placeOf(text, detail));
  }
  return restoreDocument(input);
}

export function restoreDocument(input: unknown): Restored {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return refuse('document.not-object', 'A project is a JSON object.');
  }
  const { format, version } = input as Record<string, unknown>;
  if (format !== DOCUMENT_FORMAT) {
    return refuse('document.format', `A project says "format": "${DOCUMENT_FORMAT}".`, 'format');
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
  const parsed = networkDocument.safeParse(migrate(input as Record<string, unknown>, version));
  if (!parsed.success) return { ok: false, problems: parsed.error.issues.map(issueProblem) };
  const document: NetworkDocument = parsed.data;
  const broken = duplicateIds(document);
  if (broken.length > 0) return { ok: false, problems: broken };
  return dropDanglingWires(document);
}

/** Stable and diffable: keys in the order of the schema, two spaces, a final newline. */
export function serializeDocument(document: NetworkDocument): string {
  const { format, version, name, notes, nodes, wires, training } = document;
  const ordered = {
    format,
    version,
    name,
    notes,
    nodes: nodes.map(({ id, type, attrs, position, ...rest }) => ({
      id,
      type,
      attrs,
      position,
      ...rest,
    })),
    wires: wires.map(({ from, to }) => ({ from, to })),
    training,
  };
  return `${JSON.stringify(ordered, null, 2)}\n`;
}

function migrate(input: Record<string, unknown>, version: number): Record<string, unknown> {
  let current = input;
  for (let from = version; from < DOCUMENT_VERSION; from++) {
    current = { ...MIGRATIONS[from]?.(current), version: from + 1 };
  }
  return current;
}

function refuse(code: string, message: string, path?: string): Restored {
  const place = path === undefined ? {} : { path };
  return { ok: false, problems: [{ code, severity: 'error', message, ...place }] };
}

/** `line 3, column 7` from what the JSON parser says, where it says it. */
function placeOf(text: string, detail: string): string {
  const position = /position (\d+)/.exec(detail)?.[1];
  if (position === undefined) return text.trim() === '' ? 'the text is empty' : 'end of the text';
  const before = text.slice(0, Number(position)).split('\n');
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

function issueProblem(issue: z.core.$ZodIssue): Problem {
  const path = issue.path.reduce<string>(
    (place, key) =>
      typeof key === 'number'
        ? `${place}[${key}]`
        : place === ''
          ? String(key)
          : `${place}.${String(key)}`,
    '',
  );
  return {
    code: issue.code === 'unrecognized_keys' ? 'document.unknown-key' : 'document.invalid',
    severity: 'error',
    message: `${issue.message}.`.replace(/\.\.$/, '.'),
    ...(path === '' ? {} : { path }),
  };
}

function duplicateIds({ nodes }: NetworkDocument): readonly Problem[] {
  const seen = new Set<string>();
  return nodes.flatMap(({ id }, index): Problem[] => {
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    return [
      {
        code: 'document.duplicate-id',
        severity: 'error',
        node: id,
        path: `nodes[${index}].id`,
        message: `Two nodes are called "${id}".`,
        explanation: 'Ids name the weights, so each must be unique.',
      },
    ];
  });
}

/** Wires that end nowhere, and second wires into one port, are left out and said. */
function dropDanglingWires(document: NetworkDocument): Restored {
  const ids = new Set(document.nodes.map(({ id }) => id));
  const taken = new Set<string>();
  const problems: Problem[] = [];
  const wires = document.wires.filter((wire, index) => {
    const path = `wires[${index}]`;
    const missing = [wire.from.node, wire.to.node].find((id) => !ids.has(id));
    if (missing !== undefined) {
      const message = `A wire leads to "${missing}", which does not exist; it was left out.`;
      problems.push({ code: 'document.dangling-wire', severity: 'warning', path, message });
      return false;
    }
    const key = wireKey(wire);
    if (taken.has(key)) {
      const message = `${key} has two wires; the first one was kept.`;
      const { node, port } = wire.to;
      problems.push({
        code: 'document.double-wire',
        severity: 'warning',
        path,
        node,
        port,
        message,
      });
      return false;
    }
    taken.add(key);
    return true;
  });
  return { ok: true, document: { ...document, wires }, problems };
}
