/** A key combination as its keycaps. Combinations are written as tinykeys reads them: `$mod+Shift+z`. */
import { own } from '#engine/ir/record.ts';

export const IS_APPLE = /Mac|iPhone|iPad/.test(globalThis.navigator?.userAgent ?? '');

const NAMES: Readonly<Record<string, string>> = {
  $mod: IS_APPLE ? '⌘' : 'Ctrl',
  Control: 'Ctrl',
  Shift: IS_APPLE ? '⇧' : 'Shift',
  Alt: IS_APPLE ? '⌥' : 'Alt',
  Meta: '⌘',
  Escape: 'Esc',
  Delete: 'Del',
  Backspace: '⌫',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Space: 'Space',
};

/** `$mod+Shift+z` -> `['Ctrl', 'Shift', 'Z']`. */
export function keyCaps(keys: string): readonly string[] {
  // `+` itself is a key too: `+`, `Shift++`.
  return keys
    .split(/\+(?!$)/)
    .map(
      (key) => own(NAMES, key) ?? (key.length === 1 ? key.toUpperCase() : key.replace(/^Key/, '')),
    );
}

/** `Ctrl+Shift+Z`, for accessible names. */
export function keyText(keys: string): string {
  return keyCaps(keys).join('+');
}

export function Keys({ keys }: { readonly keys: string }) {
  return (
    <span className="keys">
      <kbd aria-hidden="true">{keyCaps(keys).join(' ')}</kbd>
      <span className="visually-hidden">{keyText(keys)}</span>
    </span>
  );
}
