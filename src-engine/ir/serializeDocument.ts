/**
 * A document as the text of its file: keys always in the same order, two spaces, short things on one line,
 * so that two versions of a file differ only where the documents do. restoreDocument reads it back.
 */
import type { DocumentNode, NetworkDocument, PortRef } from './document.ts';
import { settingsJson } from './settingsJson.ts';
import { trainingSchema } from './trainingSettings.ts';

const WIDTH = 100;

export function serializeDocument(document: NetworkDocument): string {
  return `${write(documentJson(document), 0)}\n`;
}

/** The plain JSON of a file: `extra` spread back, nothing undefined. */
export function documentJson(document: NetworkDocument): unknown {
  const { format, version, id, parent, name, notes, nodes, wires, training, extra } = document;
  return {
    format,
    version,
    ...(id === undefined ? {} : { id }),
    ...(parent === undefined ? {} : { parent }),
    name,
    ...(notes === '' ? {} : { notes }),
    nodes: nodes.map(nodeJson),
    wires: wires.map(({ from, to }) => ({ from: portJson(from), to: portJson(to) })),
    training: settingsJson(trainingSchema, training),
    ...extra,
  };
}

function nodeJson({
  id,
  type,
  name,
  attrs,
  position,
  bypassed,
  sharesWith,
  extra,
}: DocumentNode): unknown {
  return {
    id,
    type,
    ...(name === undefined ? {} : { name }),
    attrs,
    position: { x: position.x, y: position.y },
    ...(bypassed === true ? { bypassed } : {}),
    ...(sharesWith ? { sharesWith: sharingJson(sharesWith) } : {}),
    ...extra,
  };
}

const sharingJson = ({ node, transposed }: NonNullable<DocumentNode['sharesWith']>) => ({
  node,
  ...(transposed ? { transposed } : {}),
});
const portJson = ({ node, port }: PortRef) => ({ node, port });

/** JSON with what fits a line on one line; the document itself and its lists always take several. */
function write(value: unknown, indent: number, column = indent): string {
  const flat = oneLine(value);
  if (typeof value !== 'object' || value === null) return flat;
  const list = Array.isArray(value);
  const several = indent === 0 || (indent === 2 && list && value.length > 0);
  // One character for the comma behind it.
  if (!several && column + flat.length < WIDTH) return flat;
  const inner = ' '.repeat(indent + 2);
  const entries = list
    ? value.map((each) => `${inner}${write(each, indent + 2)}`)
    : Object.entries(value)
        .filter(([, each]) => each !== undefined)
        .map(([key, each]) => {
          const name = `${inner}${JSON.stringify(key)}: `;
          return `${name}${write(each, indent + 2, name.length)}`;
        });
  const [open, close] = list ? '[]' : '{}';
  return `${open}\n${entries.join(',\n')}\n${' '.repeat(indent)}${close}`;
}

function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .map(([key, each]) => `${JSON.stringify(key)}: ${oneLine(each)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}
