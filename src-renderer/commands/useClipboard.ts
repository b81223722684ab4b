/** The browser's own copy, cut and paste events: they carry the clipboard without asking for permission. */
import { useEffect } from 'react';
import { documentStore } from '../state/document.ts';
import { DESIGN, isInFront } from '../state/frontView.ts';
import { copySelected, pasteText, removeSelected } from '../canvas/gestures.ts';

function elsewhere(event: ClipboardEvent): boolean {
  if (!isInFront(DESIGN)) return true;
  const { target } = event;
  if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) return true;
  if (document.querySelector('[role="dialog"]')) return true;
  // Text that was marked with the mouse (a log line) is what is meant.
  return event.type !== 'paste' && (window.getSelection()?.toString() ?? '') !== '';
}

export function useClipboard(): void {
  useEffect(() => {
    let shift = false;
    const onKeyDown = (event: KeyboardEvent): void => {
      shift = event.shiftKey;
    };
    const onCopy = (event: ClipboardEvent): void => {
      if (elsewhere(event)) return;
      const text = copySelected(documentStore);
      if (text === null) return;
      event.clipboardData?.setData('text/plain', text);
      event.preventDefault();
      if (event.type === 'cut') removeSelected(documentStore, true);
    };
    const onPaste = (event: ClipboardEvent): void => {
      if (elsewhere(event)) return;
      const text = event.clipboardData?.getData('text/plain') ?? '';
      if (pasteText(documentStore, text, { keepIncoming: shift })) event.preventDefault();
    };
    window.addEventListener('keydown', onKeyDown, true);
    document.addEventListener('copy', onCopy);
    document.addEventListener('cut', onCopy);
    document.addEventListener('paste', onPaste);
    return () => {
      window.removeEventListener('keydown', onKeyDown, true);
      document.removeEventListener('copy', onCopy);
      document.removeEventListener('cut', onCopy);
      document.removeEventListener('paste', onPaste);
    };
  }, []);
}
