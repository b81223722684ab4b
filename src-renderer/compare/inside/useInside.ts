/** The inside of the two runs that are compared closely, at the place that is looked at. */
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import type { RunRow, TelemetryFrame } from '#engine/protocol/run.ts';
import { matchNodes } from '#engine/runs/index.ts';
import type { RunSession } from '#renderer/state/runSession.ts';
import type { Compared } from '../compared.ts';
import { usePair, type Pair } from '../pair.ts';
import { onSnapshots, useRunDocument, useSessionOf } from '../useRecord.ts';
import { alignNodes, lengthOf, stepAt, type AlignedNode, type AlignedRun } from './align.ts';
import { insideStore } from './insideStore.ts';

/** A run at its own step of the common place. */
export interface InsideRun extends AlignedRun {
  readonly run: RunRow;
  readonly session: RunSession;
  readonly step: number;
  /** What was known then. */
  readonly frame: TelemetryFrame | null;
}

export interface Inside {
  readonly base: InsideRun;
  readonly other: InsideRun;
  readonly nodes: readonly AlignedNode[];
  /** For people: the baseline's, else the other's. */
  readonly nameOf: (node: AlignedNode) => string;
  /** Of both, in units of the alignment; and where it is looked at. */
  readonly length: number;
  readonly place: number;
}

const nodesOf = (session: RunSession | null): string =>
  session?.snapshots.telemetry.latest?.nodes.map(({ node }) => node).join('\n') ?? '';

/** Null as long as not both are read, and where nothing was recorded of one. */
export function useInside(compared: Compared): Inside | 'reading' | 'nothing' {
  const pair = usePair(compared);
  // A comparison has two runs.
  return useInsideOf(pair ?? ({ base: compared.runs[0], other: compared.runs[0] } as Pair));
}

/** The same on the first rendering, wherever that is. */
const useNews = <T>(subscribe: (changed: () => void) => () => void, read: () => T): T =>
  useSyncExternalStore(subscribe, read, read);

function useInsideOf({ base, other }: Pair): Inside | 'reading' | 'nothing' {
  const [ours, theirs] = [useSessionOf(base.id), useSessionOf(other.id)];
  const [before, after] = [useRunDocument(base.id), useRunDocument(other.id)];
  const subscribe = useMemo(() => onSnapshots([ours, theirs], 'telemetry'), [ours, theirs]);
  const { align, at } = useStore(insideStore);
  const baseNodes = useNews(subscribe, () => nodesOf(ours));
  const otherNodes = useNews(subscribe, () => nodesOf(theirs));
  const nodes = useMemo(() => {
    if (!before || !after || baseNodes === '' || otherNodes === '') return [];
    const pairs = matchNodes(before, after);
    return alignNodes(baseNodes.split('\n'), otherNodes.split('\n'), pairs);
  }, [before, after, baseNodes, otherNodes]);
  const lasts = [ours, theirs].map((session) => session?.snapshots.telemetry.latest?.step ?? 0);
  const scales = [base, other].map(({ progress }, i): AlignedRun => ({
    stepsPerEpoch: progress.stepsPerEpoch,
    lastStep: lasts[i] ?? 0,
  }));
  const length = lengthOf(scales, align);
  const place = length * at;
  const steps = scales.map((scale) => (at === 1 ? scale.lastStep : stepAt(place, scale, align)));
  const [baseStep = 0, otherStep = 0] = steps;
  const baseFrame = useNews(subscribe, () => ours?.snapshots.telemetry.at(baseStep) ?? null);
  const otherFrame = useNews(subscribe, () => theirs?.snapshots.telemetry.at(otherStep) ?? null);
  useEffect(() => {
    // The record has more than the page keeps.
    if (at === 1) return;
    ours?.look(baseStep);
    theirs?.look(otherStep);
  }, [ours, theirs, at, baseStep, otherStep]);
  const [baseScale, otherScale] = scales;
  if (!ours || !theirs || !before || !after || !baseScale || !otherScale) return 'reading';
  if (nodes.length === 0) return 'nothing';
  const names = new Map([...after.nodes, ...before.nodes].map(({ id, name }) => [id, name ?? id]));
  return {
    base: { ...baseScale, run: base, session: ours, step: baseStep, frame: baseFrame },
    other: { ...otherScale, run: other, session: theirs, step: otherStep, frame: otherFrame },
    nodes,
    nameOf: (node) => {
      const id = node.base ?? node.other ?? '';
      return names.get(id) ?? id;
    },
    length,
    place,
  };
}
