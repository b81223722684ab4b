/** Begins listening to runs: called once, by the app. */
import { documentStore } from './document.ts';
import { followDocument } from './followDocument.ts';
import { watchRunProblems } from './runProblems.ts';
import { runs } from './runs.ts';

/** Returns the way to stop. */
export function startLive(): () => void {
  const stops = [runs.connect(), followDocument(runs, documentStore), watchRunProblems()];
  return () => {
    for (const stop of stops) stop();
  };
}
