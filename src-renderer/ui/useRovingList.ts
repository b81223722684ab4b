/**
 * A list of buttons as one stop of Tab: arrows, Home and End walk through it, and Tab comes back to
 * where one was.
 */
import {
  useLayoutEffect,
  useRef,
  type FocusEvent,
  type KeyboardEvent,
  type RefObject,
} from 'react';

export interface RovingList<E extends HTMLElement> {
  readonly ref: RefObject<E | null>;
  readonly onKeyDown: (event: KeyboardEvent<E>) => void;
  readonly onFocus: (event: FocusEvent<E>) => void;
}

export function useRovingList<E extends HTMLElement>(): RovingList<E> {
  const ref = useRef<E>(null);
  const last = useRef<Element | null>(null);
  const buttons = (): HTMLElement[] => [
    ...(ref.current?.querySelectorAll<HTMLElement>('button') ?? []),
  ];
  const settle = (): void => {
    const all = buttons();
    const stop = all.find((button) => button === last.current) ?? all[0];
    for (const button of all) button.tabIndex = button === stop ? 0 : -1;
  };
  // After every rendering: the list may have others now.
  useLayoutEffect(settle);
  return {
    ref,
    onKeyDown: (event) => {
      const all = buttons();
      const at = all.findIndex((button) => button === document.activeElement);
      const next = nextIndex(event.key, at, all.length);
      if (next === null) return;
      event.preventDefault();
      all[next]?.focus();
    },
    onFocus: (event) => {
      if (!(event.target instanceof HTMLButtonElement)) return;
      last.current = event.target;
      settle();
    },
  };
}

export function nextIndex(key: string, at: number, count: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return Math.min(count - 1, at + 1);
    case 'ArrowUp':
      return Math.max(0, at - 1);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
