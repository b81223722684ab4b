/** Files and folders dropped anywhere on the window are taken, whatever is in them; takeFiles.ts decides. */
import { useEffect } from 'react';
import { dropped, hasFiles } from '../data/droppedFiles.ts';
import { takeDropped } from './takeFiles.ts';

export function useFileDrop(): void {
  useEffect(() => {
    const onDragOver = (event: DragEvent): void => {
      if (hasFiles(event)) event.preventDefault();
    };
    const onDrop = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      // Otherwise the browser would leave the page for the file.
      event.preventDefault();
      void dropped(event).then(takeDropped);
    };
    window.addEventListener('dragover', onDragOver);
    window.addEventListener('drop', onDrop);
    return () => {
      window.removeEventListener('dragover', onDragOver);
      window.removeEventListener('drop', onDrop);
    };
  }, []);
}
