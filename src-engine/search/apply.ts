/** A document with the values of a trial. Pure; what is not searched keeps its identity. */
import { applyEdits } from '../ir/applyEdits.ts';
import type { NetworkDocument } from '../ir/document.ts';
import { own } from '../ir/record.ts';
import type { SearchSpace, Values } from './space.ts';
import { type Phase, target } from './targets.ts';

const PHASES: readonly Phase[] = ['kind', 'value', 'structure'];

/** Paths are those of the document as it was: what a repetition adds is not searched by itself. */
export function applyValues(
  document: NetworkDocument,
  space: SearchSpace,
  values: Values,
): NetworkDocument {
  const given = space.flatMap(({ name, paths }) => {
    const value = own(values, name);
    return value === undefined ? [] : paths.map((path) => ({ to: target(document, path), value }));
  });
  return PHASES.flatMap((phase) => given.filter(({ to }) => to.phase === phase)).reduce(
    (current, { to, value }) => applyEdits(current, to.edits(current, value)),
    document,
  );
}
