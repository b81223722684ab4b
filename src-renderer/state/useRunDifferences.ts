/**
 * What the document has that the run on show was not started with, for components. Computed once for a pair
 * of documents, however many cards ask.
 */
import { useStore } from 'zustand';
import type { NetworkDocument } from '#engine/ir/document.ts';
import { isActive } from '#engine/protocol/runState.ts';
import { useDocument } from './documentSession.ts';
import { isRunOf } from './isRunOf.ts';
import { runDifferences, type RunDifference } from './runDifferences.ts';
import { runStore, shownRun } from './runs.ts';

const NONE: readonly RunDifference[] = [];
let last: {
  readonly ran: NetworkDocument;
  readonly now: NetworkDocument;
  readonly found: readonly RunDifference[];
  readonly byNode: ReadonlyMap<string, readonly RunDifference[]>;
} | null = null;

function compared(ran: NetworkDocument, now: NetworkDocument) {
  if (last?.ran !== ran || last.now !== now) {
    const found = runDifferences(ran, now);
    const byNode = new Map<string, readonly RunDifference[]>();
    for (const each of found) {
      if (each.node === undefined) continue;
      byNode.set(each.node, [...(byNode.get(each.node) ?? []), each]);
    }
    last = { ran, now, found, byNode };
  }
  return last;
}

/** The document of the run on show, where that is one of the document being edited. */
function useRanDocument(): NetworkDocument | null {
  const id = useDocument((state) => state.document.id);
  return useStore(runStore, (state) =>
    isRunOf(shownRun(state), { id }) ? state.shownDocument : null,
  );
}

export function useRunDifferences(): readonly RunDifference[] {
  const ran = useRanDocument();
  return useDocument(({ document }) => (ran ? compared(ran, document).found : NONE));
}

/** What the run on show had of settings that differ now, by their path below `prefix`. */
export function useRanWith(prefix = ''): ReadonlyMap<string, string> {
  const settings = useRunDifferences().filter(({ node }) => node === undefined);
  return ranBelow(new Map(settings.map(({ key, was }) => [key, was])), prefix);
}

export function ranBelow(
  ran: ReadonlyMap<string, string>,
  prefix: string,
): ReadonlyMap<string, string> {
  const below = [...ran].filter(([key]) => key.startsWith(prefix));
  return new Map(below.map(([key, was]) => [key.slice(prefix.length), was]));
}

/** The document that is being trained, where it is this one as it was when the run began. */
export function useRunningDocument(): NetworkDocument | null {
  const ran = useRanDocument();
  const trains = useStore(runStore, (state) => {
    const run = shownRun(state);
    return run !== null && isActive(run.progress.state);
  });
  return trains ? ran : null;
}

/** Of one node, while that run trains. Renders when they change, not with every edit. */
export function useNodeDifferences(id: string): readonly RunDifference[] {
  const ran = useRunningDocument();
  const key = useDocument(({ document }) =>
    ran ? JSON.stringify(compared(ran, document).byNode.get(id) ?? NONE) : '[]',
  );
  // Written a line above.
  return key === '[]' ? NONE : (JSON.parse(key) as readonly RunDifference[]);
}

/** Why a setting cannot be changed now; null where it can. */
export function useLockedReason(): string | null {
  return useRunningDocument() === null
    ? null
    : 'The run that trains was started with this. Stop it, or let it end, to change it.';
}
