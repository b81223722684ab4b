/**
 * Which view is in front, for the length of a browser tab: what was chosen, and what is shown, which may be
 * another one where the chosen one is not offered. Knows the views by their ids alone (app/views.ts has them).
 */
import { createStore } from 'zustand/vanilla';

const FRONT_KEY = 'netloom.view';

export interface FrontView {
  readonly id: string | null;
  /** Null before the window is drawn. */
  readonly shown: string | null;
}

export const frontViewStore = createStore<FrontView>(() => ({
  id: globalThis.sessionStorage?.getItem(FRONT_KEY) ?? null,
  shown: null,
}));

export function showView(id: string): void {
  frontViewStore.setState({ id });
  globalThis.sessionStorage?.setItem(FRONT_KEY, id);
}

/** The view that canvas, dock and inspector are parts of. */
export const DESIGN = 'design';

/** What acts on the canvas must not while another view covers it: nobody would see what it does. */
export function isInFront(view: string): boolean {
  const { shown } = frontViewStore.getState();
  return shown === null || shown === view;
}
