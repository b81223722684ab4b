/** Rows of a table on the clipboard, from a spreadsheet or a page, become data while the Data view is in front. */
import { useEffect } from 'react';
import { takeData } from './takeData.ts';

/** Cells between separators in two lines or more, as many in each; null for other text. */
export function tableOfText(text: string): string | null {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const [head] = lines;
  if (head === undefined || lines.length < 2) return null;
  for (const separator of ['\t', ';', ',']) {
    const cells = head.split(separator).length;
    if (cells < 2) continue;
    // What is in quotes may hold separators: the reader knows better than a count.
    if (text.includes('"') || lines.every((line) => line.split(separator).length === cells))
      return `${lines.join('\n')}\n`;
  }
  return null;
}

export function usePastedTable(): void {
  useEffect(() => {
    const onPaste = (event: ClipboardEvent): void => {
      const { target } = event;
      if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) return;
      if (document.querySelector('[role="dialog"]')) return;
      const table = tableOfText(event.clipboardData?.getData('text/plain') ?? '');
      if (table === null) return;
      event.preventDefault();
      const name = 'pasted.csv';
      const file = new File([table], name, { type: 'text/csv' });
      void takeData([{ name, isFolder: false, files: [{ path: name, file }] }]);
    };
    document.addEventListener('paste', onPaste);
    return () => document.removeEventListener('paste', onPaste);
  }, []);
}
