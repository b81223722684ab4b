/**
 * What is wrong with the run on show: why it failed, and what its last frame tells. The words and the fixes
 * are the engine's (training/runProblems.ts). A line stays until another run is on show, until the user puts
 * it away, or until the network or its training is no longer what that run had: then it has been acted upon.
 */
import { createStore } from 'zustand/vanilla';
import type { NetworkDocument } from '#engine/ir/document.ts';
import type { Problem, Severity } from '#engine/ir/problem.ts';
import type { RunSummary, TelemetryFrame } from '#engine/protocol/run.ts';
import { documentStore } from './document.ts';
import { live } from './live.ts';
import { runStore, shownRun } from './runs.ts';
import { trainsAlike } from './sameNetwork.ts';
import { problemIndex, problemKey } from './selectors.ts';

export interface RunProblemsInput {
  readonly run: RunSummary | null;
  /** What the run was started with; null while that is being read. */
  readonly runDocument: NetworkDocument | null;
  readonly document: NetworkDocument;
  readonly frame: TelemetryFrame | null;
}

export function problemsOfRun(input: RunProblemsInput): readonly Problem[] {
  const { run, runDocument, document, frame } = input;
  if (!run || !runDocument || !trainsAlike(runDocument, document)) return [];
  return [...failureOf(run), ...(frame?.problems ?? [])];
}

function failureOf({ progress }: RunSummary): readonly Problem[] {
  if (progress.state !== 'failed') return [];
  if (progress.problem) return [progress.problem];
  const message = progress.reason ?? 'Training failed.';
  return [{ code: 'training.failed', severity: 'error', message }];
}

interface Shown {
  readonly runId: string | null;
  readonly problems: readonly Problem[];
  /** Keys of those the user has put away. */
  readonly dismissed: ReadonlySet<string>;
}

const NONE: readonly Problem[] = [];
const shownStore = createStore<Shown>(() => ({
  runId: null,
  problems: NONE,
  dismissed: new Set(),
}));

/** Those of the run on show, as they are now. */
export const runProblemsStore = {
  getState: (): readonly Problem[] => shownStore.getState().problems,
  getInitialState: (): readonly Problem[] => NONE,
  subscribe: (listener: () => void) => shownStore.subscribe(listener),
};

export function dismissRunProblem(problem: Problem): void {
  const { dismissed } = shownStore.getState();
  shownStore.setState({ dismissed: new Set([...dismissed, problemKey(problem)]) });
  update();
}

function update(): void {
  const runs = runStore.getState();
  const { document } = documentStore.getState();
  const { shownRunId: runId, shownDocument: runDocument } = runs;
  const before = shownStore.getState();
  const dismissed = before.runId === runId ? before.dismissed : new Set<string>();
  const found = problemsOfRun({ run: shownRun(runs), runDocument, document, frame: live.frame });
  const problems = found.filter((problem) => !dismissed.has(problemKey(problem)));
  // A frame comes ten times a second; most say the same as the one before.
  if (before.runId === runId && before.dismissed === dismissed && same(before.problems, problems)) {
    return;
  }
  shownStore.setState({ runId, dismissed, problems });
}

function same(a: readonly Problem[], b: readonly Problem[]): boolean {
  return (
    a.length === b.length &&
    a.every((problem, i) => {
      const other = b[i];
      return (
        other !== undefined &&
        problemKey(problem) === problemKey(other) &&
        problem.message === other.message
      );
    })
  );
}

/** Of the document and of the run on show. */
export function countProblems(
  analysis: Parameters<typeof problemIndex>[0],
  ofRun: readonly Problem[],
): Readonly<Record<Severity, number>> {
  const counts = { ...problemIndex(analysis).counts };
  for (const { severity } of ofRun) counts[severity] += 1;
  return counts;
}

/** Returns the way to stop. */
export function watchRunProblems(): () => void {
  const stops = [
    documentStore.subscribe((state, before) => {
      if (state.document !== before.document) update();
    }),
    runStore.subscribe(update),
    live.subscribeFrames(update),
  ];
  update();
  return () => {
    for (const stop of stops) stop();
  };
}
