/** Which options of a format its form has rows for. */
import type { AttrSchema, JsonValue } from '#engine/ir/attrs.ts';
import { own } from '#engine/ir/record.ts';

/** `idle`: about nothing of this network. One that was set stays, so that it can be set back. */
export function shownOptions(
  schema: AttrSchema,
  idle: readonly string[],
  chosen: Readonly<Record<string, JsonValue>>,
): AttrSchema {
  const isShown = (key: string): boolean => !idle.includes(key) || own(chosen, key) !== undefined;
  return Object.fromEntries(Object.entries(schema).filter(([key]) => isShown(key)));
}
