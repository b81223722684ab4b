/** Binds every command's keys. Single letters rest while text is edited or a dialog is open. */
import { useEffect } from 'react';
import { tinykeys, type KeyBindingMap } from 'tinykeys';
import { canvasStore } from '../canvas/canvasStore.ts';
import { documentStore } from '../state/document.ts';
import type { Command } from './defineCommand.ts';
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

/** Widgets in which arrows and Escape mean something of their own. */
function usesArrows(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest(
      '[role="tablist"], [role="separator"], [role="slider"], .segments, .palette-layer',
    ) !== null
  );
}

function mayRun(command: Command, key: string, event: KeyboardEvent): boolean {
  if (command.nativeKeys === true || !isEnabled(command)) return false;
  if (command.inText === true) return true;
  if (editsText(event.target) || layerOpen()) return false;
  return !(key.includes('Arrow') && usesArrows(event.target));
}

function bindings(): KeyBindingMap {
  const map: KeyBindingMap = {};
  for (const command of commands().values()) {
    for (const key of command.keys ?? []) {
      const before = map[key];
      map[key] = (event) => {
        before?.(event);
        if (event.defaultPrevented || !mayRun(command, key, event)) return;
        event.preventDefault();
        void runCommand(command.id);
      };
    }
  }
  return map;
}

export function useShortcuts(): void {
  useEffect(() => {
    const stop = tinykeys(window, bindings());
    // Holding an arrow key is one move.
    const onKeyUp = (event: KeyboardEvent): void => {
      if (event.key.startsWith('Arrow')) documentStore.endGesture();
    };
    window.addEventListener('keyup', onKeyUp);
    return () => {
      stop();
      window.removeEventListener('keyup', onKeyUp);
    };
  }, []);
}
