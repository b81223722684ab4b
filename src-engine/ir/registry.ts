/**
 * Registries: what the files of a folder export by default, by the name that each gives itself. Found when the
 * code is bundled, so that adding one is adding a file. Pure.
 */
import { camelCase } from './naming.ts';

export interface Naming<T> {
  /** What is registered, for messages: `layer`. */
  readonly kind: string;
  readonly nameOf: (definition: T) => string;
  /** What follows the name in that of its file; `.ts` where it is absent. */
  readonly suffix?: string;
  /** Smaller comes first; then names decide. As written where it is absent. */
  readonly rank?: (definition: T) => number;
}

/** Refuses what would make a lookup ambiguous: two of a name, and a file that is not called as what it defines. */
export function registry<T>(
  modules: Readonly<Record<string, { readonly default?: T }>>,
  { kind, nameOf, rank, suffix = '.ts' }: Naming<T>,
): ReadonlyMap<string, T> {
  const found = new Map<string, T>();
  for (const [path, module] of Object.entries(modules)) {
    const definition = module.default;
    if (definition === undefined) throw new Error(`${path} has no default export`);
    const name = nameOf(definition);
    const fileName = `${camelCase(joined(name))}${suffix}`;
    if (path.slice(path.lastIndexOf('/') + 1) !== fileName) {
      throw new Error(`${path} defines ${name}; its file must be ${fileName}`);
    }
    if (found.has(name)) throw new Error(`two files define the ${kind} ${name}`);
    found.set(name, definition);
  }
  if (!rank) return found;
  return new Map(
    [...found].toSorted(([a, x], [b, y]) => rank(x) - rank(y) || (a < b ? -1 : a > b ? 1 : 0)),
  );
}

/** `fashion-mnist` -> `fashionMnist`. */
const joined = (name: string): string =>
  name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
