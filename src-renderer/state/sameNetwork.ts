/** What two versions of a document have in common, as far as training goes. Names of nodes and places don't count. */
import type { NetworkDocument } from '#engine/ir/document.ts';

type Same = (before: NetworkDocument, now: NetworkDocument) => boolean;

/** Compares texts; the answer for the last pair is kept, since it is asked for with every frame. */
function comparing(textOf: (document: NetworkDocument) => string): Same {
  const known = new WeakMap<NetworkDocument, readonly [NetworkDocument, boolean]>();
  return (before, now) => {
    const last = known.get(now);
    if (last?.[0] === before) return last[1];
    const same = before === now || textOf(before) === textOf(now);
    known.set(now, [before, same]);
    return same;
  };
}

function layersOf({ nodes, wires }: NetworkDocument): readonly unknown[] {
  const layers = nodes.map(({ id, type, attrs, bypassed = false }) => [id, type, attrs, bypassed]);
  return [layers, wires];
}

/** The same layers and wires: weights of the one fit the other. */
export const sameNetwork = comparing((document) => JSON.stringify(layersOf(document)));

/** Also the same document, optimiser and clipping; how far and from which seed is left aside. */
export const trainsAlike = comparing((document) => {
  const { id, training } = document;
  return JSON.stringify([id, layersOf(document), training.objectives, training.gradientClip]);
});
