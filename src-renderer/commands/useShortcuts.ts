/** Binds every command's keys. Single letters rest while text is edited or a dialog is open. */
import { useEffect } from 'react';
import { tinykeys, type KeyBindingMap } from 'tinykeys';
import { canvas, canvasStore } from '../canvas/canvasStore.ts';
import { documentStore } from '../state/document.ts';
import { IS_APPLE } from '../ui/Keys.tsx';
import type { Command } from './defineCommand.ts';
import { isCharacter, typedCharacter } from './keyMatch.ts';
import { commands, isEnabled, runCommand } from './registry.ts';

function editsText(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target instanceof HTMLTextAreaElement ||
      target instanceof HTMLSelectElement ||
      (target instanceof HTMLInputElement && target.type !== 'checkbox'))
  );
}

/** A dialog, menu or list that takes keys for itself. */
function layerOpen(): boolean {
  return (
    canvasStore.getState().popover !== null ||
    document.querySelector('[role="dialog"], [role="menu"], [role="listbox"]') !== null
  );
}

/** The canvas itself, not a button that floats over it; or nothing in particular. */
function onCanvas(target: EventTarget | null): boolean {
  const element = canvas()?.element() ?? null;
  return element !== null && (target === element || target === document.body);
}

function mayRun(command: Command, event: KeyboardEvent): boolean {
  if (command.nativeKeys === true || !isEnabled(command)) return false;
  if (command.on === 'canvas' && !onCanvas(event.target)) return false;
  if (command.inText === true) return true;
  return !editsText(event.target) && !layerOpen();
}

/** A key has one meaning in each view: at most one of these may run. */
function press(meant: readonly Command[], event: KeyboardEvent): void {
  if (event.defaultPrevented) return;
  const command = meant.find((each) => mayRun(each, event));
  if (!command) return;
  event.preventDefault();
  void runCommand(command.id);
}

/** Combinations for tinykeys, and signs by themselves. */
function bindings() {
  const byKey = new Map<string, Command[]>();
  for (const command of commands().values()) {
    for (const key of command.keys ?? []) {
      byKey.set(key, [...(byKey.get(key) ?? []), command]);
    }
  }
  const combinations: [string, KeyBindingMap[string]][] = [...byKey]
    .filter(([key]) => !isCharacter(key))
    .map(([key, meant]) => [key, (event) => press(meant, event)]);
  return { combinations: Object.fromEntries(combinations), characters: byKey };
}

export function useShortcuts(): void {
  useEffect(() => {
    const { combinations, characters } = bindings();
    const stop = tinykeys(window, combinations);
    const onKeyDown = (event: KeyboardEvent): void => {
      const character = typedCharacter(event, IS_APPLE) ?? '';
      if (isCharacter(character)) press(characters.get(character) ?? [], event);
    };
    // Holding an arrow key is one move.
    const onKeyUp = (event: KeyboardEvent): void => {
      if (event.key.startsWith('Arrow')) documentStore.endGesture();
    };
    window.addEventListener('keydown', onKeyDown);
    window.addEventListener('keyup', onKeyUp);
    return () => {
      stop();
      window.removeEventListener('keydown', onKeyDown);
      window.removeEventListener('keyup', onKeyUp);
    };
  }, []);
}
