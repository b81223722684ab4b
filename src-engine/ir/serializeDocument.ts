/**
 * A document as the text of its file: keys always in the same order, two spaces, short things on one line,
 * so that two versions of a file differ only where the documents do. restoreDocument reads it back.
 */
import type { DocumentNode, NetworkDocument, PortRef } from './document.ts';

const WIDTH = 100;

export function serializeDocument(document: NetworkDocument): string {
  return `${write(documentJson(document), 0)}\n`;
}

/** The plain JSON of a file: `extra` spread back, nothing undefined. */
export function documentJson(document: NetworkDocument): unknown {
  const { format, version, name, notes, nodes, wires, training, extra } = document;
  return {
    format,
    version,
    name,
    ...(notes === '' ? {} : { notes }),
    nodes: nodes.map(nodeJson),
    wires: wires.map(({ from, to }) => ({ from: portJson(from), to: portJson(to) })),
    training: {
      objectives: training.objectives,
      epochs: training.epochs,
      batchSize: training.batchSize,
      seed: training.seed,
      shuffle: training.shuffle,
      split: training.split,
      gradientClip: training.gradientClip,
      earlyStopping: training.earlyStopping,
      device: training.device,
      threads: training.threads,
    } satisfies NetworkDocument['training'],
    ...extra,
  };
}

function nodeJson({ id, type, name, attrs, position, bypassed, extra }: DocumentNode): unknown {
  return {
    id,
    type,
    ...(name === undefined ? {} : { name }),
    attrs,
    position: { x: position.x, y: position.y },
    ...(bypassed === true ? { bypassed } : {}),
    ...extra,
  };
}

const portJson = ({ node, port }: PortRef) => ({ node, port });

/** JSON with what fits a line on one line, as Prettier lays it out. */
function write(value: unknown, indent: number): string {
  const flat = oneLine(value);
  if (typeof value !== 'object' || value === null || indent + flat.length <= WIDTH) {
    // The outer levels are broken anyway, so that a line is never a whole document.
    if (indent > 0 || typeof value !== 'object' || value === null) return flat;
  }
  const inner = ' '.repeat(indent + 2);
  const close = `\n${' '.repeat(indent)}`;
  if (Array.isArray(value)) {
    const items = value.map((each) => `${inner}${write(each, indent + 2)}`);
    return `[\n${items.join(',\n')}${close}]`;
  }
  const entries = Object.entries(value).map(
    ([key, each]) => `${inner}${JSON.stringify(key)}: ${write(each, indent + 2)}`,
  );
  return entries.length === 0 ? '{}' : `{\n${entries.join(',\n')}${close}}`;
}

function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .map(([key, each]) => `${JSON.stringify(key)}: ${oneLine(each)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}
