/**
 * Which key was meant. A sign (`/`, `[`, `?`) or digit is matched by what was typed, wherever the
 * keyboard has it and whatever had to be held for it: `/` is Shift+7 on a German keyboard, `[` is
 * AltGr+8. Letters and named keys with modifiers are left to tinykeys.
 */

export interface TypedKey {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  getModifierState(name: 'AltGraph'): boolean;
}

/** A combination that is just a sign or a digit. */
export function isCharacter(combination: string): boolean {
  return combination.length === 1 && combination.toLowerCase() === combination.toUpperCase();
}

/** The sign that was typed, or null where keys were held that make it a command of its own. */
export function typedCharacter(event: TypedKey, apple = false): string | null {
  if (!isCharacter(event.key)) return null;
  // AltGr reads as Ctrl and Alt on Windows; Option types signs on a Mac.
  const typing = event.getModifierState('AltGraph') || (apple && event.altKey && !event.ctrlKey);
  const held = event.metaKey || event.ctrlKey || event.altKey;
  return held && (!typing || event.metaKey) ? null : event.key;
}
