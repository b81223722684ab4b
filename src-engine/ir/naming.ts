/** Ids for new nodes: short, readable, unique in the document (they name weights: `conv2.weight`). */

/** The first of `prefix1`, `prefix2`, ... that is free. */
export function freshId(prefix: string, taken: { has(id: string): boolean }): string {
  for (let n = 1; ; n++) {
    const id = `${prefix}${n}`;
    if (!taken.has(id)) return id;
  }
}

/** Leading capitals in lower case: `ReLU` -> `reLU`, `MSELoss` -> `mseLoss`, `Conv2d` -> `conv2d`. */
export function camelCase(type: string): string {
  return type.replace(/^[A-Z]+(?![a-z])|^[A-Z]/, (capitals) => capitals.toLowerCase());
}

/** Of a tensor's name, `fc1.weight`, the node and its key: `weight`. Both may have dots; null where no node is meant. */
export function nodeAndKey(
  name: string,
  nodes: { has(id: string): boolean },
): readonly [node: string, key: string] | null {
  for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
    const node = name.slice(0, dot);
    if (nodes.has(node)) return [node, name.slice(dot + 1)];
  }
  return null;
}
