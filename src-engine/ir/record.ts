/**
 * Lookups by names that come from outside (ids, ports, attributes, columns, methods): in a plain object
 * `constructor` and `__proto__` are always there. Where a Map is no choice, because a thing is JSON or goes
 * through a form, this is how to ask. The lint rule `netloom/own-lookup` refuses the plain way.
 */

/** What the record itself holds under a name. */
export function own<T>(
  record: Readonly<Record<string, T>> | undefined,
  name: string,
): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}
