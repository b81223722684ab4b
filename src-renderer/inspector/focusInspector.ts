/** Opens the inspector and puts the keyboard into its first field. */
import { canvas, canvasStore } from '../canvas/canvasStore.ts';
import { showPanel } from '../docking/moves.ts';

const FIELDS = ['input', '[role="combobox"]', '[role="switch"]', 'textarea']
  .map((field) => `.section-body ${field}:not(:disabled)`)
  .join();

export const INSPECTOR_ID = 'inspector';

export function focusInspector(): void {
  showPanel('inspector');
  // Once it is drawn: it may have been closed.
  requestAnimationFrame(() => {
    const panel = document.getElementById(INSPECTOR_ID);
    const field = panel?.querySelector<HTMLElement>(FIELDS) ?? panel?.querySelector('button');
    field?.focus();
  });
}

/** Escape: back to where Enter was pressed. */
export function leaveInspector(): void {
  canvasStore.setState({ byKeyboard: true });
  canvas()?.element()?.focus({ preventScroll: true });
}
