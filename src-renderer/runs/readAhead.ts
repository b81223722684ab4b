/**
 * Reads the list of runs while nobody waits for it: of 2,000 it takes longer to read than a view may take to
 * open. What has changed when the view opens is read then, behind what is shown.
 */
import { runList } from '../state/runList.ts';
import { catalogueOf } from './useRuns.ts';

/** After the first document is there and has drawn itself. */
const DELAY_MS = 1_500;

export function readAhead(): void {
  setTimeout(() => {
    void runList.refresh().then(() => {
      requestIdleCallback(() => catalogueOf(runList.store.getState().rows));
    });
  }, DELAY_MS);
}
