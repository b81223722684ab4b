/** What differs between two graphs as a list that one walks through, in the order of the canvas, in words. Pure. */
import { ownWires, type GraphDifference, type ValueDifference } from '#engine/runs/index.ts';
import { PITCH, type Point } from '#engine/drawing/geometry.ts';
import { titleOf } from '#renderer/state/selectors.ts';
import type { PlacedDifference, PlacedNode } from './differenceLayout.ts';

/** Told by a sign as by its colour. */
export const SIGNS = { added: '+', removed: '−', changed: '≠', renamed: '↔', same: '' } as const;

export interface ListedDifference {
  /** Of the node, or of the wire. */
  readonly key: string;
  readonly kind: 'added' | 'removed' | 'changed' | 'renamed';
  readonly isWire: boolean;
  readonly title: string;
  /** A line each: `Out features 64 → 128`. */
  readonly details: readonly string[];
  /** Of what to look at on the canvas. */
  readonly at: Point;
}

/** No id that a person gives a node has a line break in it. */
export const wireDifferenceKey = (i: number | string): string => `wire\n${i}`;

export const changeText = ({ label, was, now }: ValueDifference): string =>
  `${label} ${was} → ${now}`;

export function listDifferences(
  difference: GraphDifference,
  placed: PlacedDifference,
): readonly ListedDifference[] {
  const names = new Map(placed.nodes.map(({ key, node }) => [key, titleOf(node)]));
  const nodes = placed.nodes.flatMap((node): ListedDifference[] =>
    node.kind === 'same' ? [] : [listed(node, node.kind)],
  );
  const wires = ownWires(difference).flatMap((wire): ListedDifference[] => {
    const i = difference.wires.indexOf(wire);
    const at = placed.wires.find(({ key }) => key === String(i))?.middle;
    if (wire.kind === 'same' || !at) return [];
    const [from, to] = [wire.from, wire.to].map(
      ({ node, port }) => `${names.get(node) ?? node}.${port}`,
    );
    return [
      {
        ...{ key: wireDifferenceKey(i), kind: wire.kind, isWire: true, at },
        title: `${from} to ${to}`,
        details: ['wire'],
      },
    ];
  });
  const row = ({ y }: Point): number => Math.round(y / PITCH.y);
  return [...nodes, ...wires].toSorted((a, b) => row(a.at) - row(b.at) || a.at.x - b.at.x);
}

function listed(
  { key, node, before, changes, position }: PlacedNode,
  kind: ListedDifference['kind'],
): ListedDifference {
  const isRenamed = before !== undefined && kind !== 'removed' && before.id !== node.id;
  return {
    key,
    kind,
    isWire: false,
    title: titleOf(node),
    details: [
      ...(kind === 'added' || kind === 'removed' ? [node.type] : []),
      ...(isRenamed ? [`was ${before.id}`] : []),
      ...changes.map(changeText),
    ],
    at: position,
  };
}

export type DifferenceCounts = Readonly<Record<ListedDifference['kind'], number>>;

export function countDifferences(list: readonly ListedDifference[]): DifferenceCounts {
  const counts = { changed: 0, added: 0, removed: 0, renamed: 0 };
  for (const { kind } of list) counts[kind] += 1;
  return counts;
}

/** The same of two graphs that are not drawn. */
export function countsOf(difference: GraphDifference): DifferenceCounts {
  const counts = { changed: 0, added: 0, removed: 0, renamed: 0 };
  for (const { kind } of [...difference.nodes, ...ownWires(difference)]) {
    if (kind !== 'same') counts[kind] += 1;
  }
  return counts;
}

/** Said as one walks: `2 of 5: fc1, changed. Out features 64 → 128`. */
export function differenceWords(list: readonly ListedDifference[], key: string | null): string {
  const at = list.findIndex((each) => each.key === key);
  const found = list[at];
  if (!found) return '';
  const details = found.details.length === 0 ? '' : ` ${found.details.join(', ')}`;
  return `${at + 1} of ${list.length}: ${found.title}, ${found.kind}.${details}`;
}
