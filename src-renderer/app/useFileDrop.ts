/**
 * A project file dropped anywhere on the window is opened; from a file of weights the network is trained, runs
 * come from files of them.
 */
import { useEffect } from 'react';
import { importRuns, isRunFile } from '../runs/transfer.ts';
import { isWeightsFile, trainFromFile } from '../training/weightsFile.ts';
import { openFile } from './openFile.ts';

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') === true;
}

export function useFileDrop(): void {
  useEffect(() => {
    const onDragOver = (event: DragEvent): void => {
      if (hasFiles(event)) event.preventDefault();
    };
    const onDrop = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      // Otherwise the browser would leave the page for the file.
      event.preventDefault();
      const files = [...(event.dataTransfer?.files ?? [])];
      const runFiles = files.filter(isRunFile);
      if (runFiles.length > 0) void importRuns(runFiles);
      const file = files.find((each) => !isRunFile(each));
      if (file) void (isWeightsFile(file) ? trainFromFile(file) : openFile(file));
    };
    window.addEventListener('dragover', onDragOver);
    window.addEventListener('drop', onDrop);
    return () => {
      window.removeEventListener('dragover', onDragOver);
      window.removeEventListener('drop', onDrop);
    };
  }, []);
}
