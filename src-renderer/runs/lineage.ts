/** Which run came of which: those that one began with, and those that began with it. Pure. */
import type { RunRow } from '#engine/protocol/index.ts';

type Run = Pick<RunRow, 'id' | 'name' | 'parent'>;

export interface Relative<T extends Run> {
  /** Null where it has been deleted. */
  readonly run: T | null;
  readonly depth: number;
  /** Of the one above, which it began with; null for the first. */
  readonly step: number | null;
  /** With the optimiser's state. */
  readonly trainedOn: boolean;
}

/** By the one that they began with, in the order given. */
export function childrenOf<T extends Run>(runs: readonly T[]): ReadonlyMap<string, readonly T[]> {
  const found = new Map<string, T[]>();
  for (const run of runs) {
    if (!run.parent) continue;
    const siblings = found.get(run.parent.run);
    if (siblings) siblings.push(run);
    else found.set(run.parent.run, [run]);
  }
  return found;
}

/** From the eldest that is known down to all that came of it; itself alone where nothing did. */
export function lineageOf<T extends Run>(
  run: T,
  byId: ReadonlyMap<string, T>,
): readonly Relative<T>[] {
  const above: T[] = [];
  const seen = new Set([run.id]);
  let eldest = run;
  for (;;) {
    const parent = eldest.parent && byId.get(eldest.parent.run);
    if (!parent || seen.has(parent.id)) break;
    seen.add(parent.id);
    above.unshift(parent);
    eldest = parent;
  }
  const isGone = eldest.parent !== undefined;
  const list: Relative<T>[] = isGone ? [{ run: null, depth: 0, step: null, trainedOn: false }] : [];
  for (const each of [...above, run]) list.push(relative(each, list.length));
  const children = childrenOf([...byId.values()]);
  const add = (parent: T, depth: number): void => {
    for (const child of children.get(parent.id) ?? []) {
      if (seen.has(child.id)) continue;
      seen.add(child.id);
      list.push(relative(child, depth));
      add(child, depth + 1);
    }
  };
  add(run, list.length);
  return list;
}

const relative = <T extends Run>(run: T, depth: number): Relative<T> => ({
  ...{ run, depth, step: run.parent?.step ?? null },
  trainedOn: run.parent?.trainedOn === true,
});
