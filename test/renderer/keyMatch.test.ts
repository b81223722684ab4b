import { describe, expect, it } from 'vitest';
import '#renderer/commands/allCommands.ts';
import { isCharacter, typedCharacter } from '#renderer/commands/keyMatch.ts';
import { commands } from '#renderer/commands/registry.ts';

interface Held {
  readonly ctrl?: boolean;
  readonly alt?: boolean;
  readonly meta?: boolean;
  readonly altGraph?: boolean;
}
const press = (key: string, { ctrl, alt, meta, altGraph }: Held = {}) => ({
  key,
  ctrlKey: ctrl === true,
  altKey: alt === true,
  metaKey: meta === true,
  getModifierState: () => altGraph === true,
});

describe('keys that are signs', () => {
  it('are known by what was typed, whatever was held to type it', () => {
    // US `/`; German Shift+7; German AltGr+8 on Linux and on Windows.
    expect(typedCharacter(press('/'))).toBe('/');
    expect(typedCharacter(press('[', { altGraph: true }))).toBe('[');
    expect(typedCharacter(press('[', { altGraph: true, ctrl: true, alt: true }))).toBe('[');
    // Option+5 on a German Mac.
    expect(typedCharacter(press('[', { alt: true }), true)).toBe('[');
  });

  it('are left alone within a combination', () => {
    expect(typedCharacter(press('/', { ctrl: true }))).toBeNull();
    expect(typedCharacter(press('.', { meta: true }), true)).toBeNull();
    expect(typedCharacter(press('.', { alt: true }))).toBeNull();
  });

  it('are neither letters nor names', () => {
    expect(['/', '[', '?', '+', '1'].every(isCharacter)).toBe(true);
    expect(['c', 'L', 'Enter', '$mod+.', 'Shift+['].some(isCharacter)).toBe(false);
  });
});

it('no command is bound to the position of a key, which other keyboards have elsewhere', () => {
  const codes =
    /(^|\+)(Slash|Bracket|Quote|Semicolon|Comma|Period|Minus|Equal|Backslash|Backquote|Digit|Key[A-Z]|Intl)/;
  // Shift with a sign asks for a sign that only some keyboards have there.
  const shifted = /Shift\+[^A-Za-z]$/;
  const keys = [...commands().values()].flatMap(({ keys: own = [] }) => own);
  expect(keys.filter((key) => codes.test(key) || shifted.test(key))).toEqual([]);
});
