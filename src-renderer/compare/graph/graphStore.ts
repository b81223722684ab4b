/** The difference of two graphs that is looked at, and the way to the canvas that shows it. */
import { createContext } from 'react';
import { createStore } from 'zustand/vanilla';
import type { DocumentNode } from '#engine/ir/document.ts';
import type { ListedDifference } from './differences.ts';
import type { AttributeOfAll } from './valuesOfAll.ts';

export interface GraphState {
  /** All there are on show, in their order. */
  readonly list: readonly ListedDifference[];
  readonly current: string | null;
}

/** Of more than two runs what each node has in all of them, by React context; nothing of two. */
export const OfAllContext = createContext<(node: DocumentNode) => readonly AttributeOfAll[]>(
  () => [],
);

export const graphStore = createStore<GraphState>(() => ({ list: [], current: null }));

/** What the canvas does when it is asked; null while there is none. */
export interface DifferenceCamera {
  center(difference: ListedDifference): void;
  fit(): void;
  zoomBy(factor: number): void;
}
let camera: DifferenceCamera | null = null;
export const registerCamera = (next: DifferenceCamera | null): void => {
  camera = next;
};
export const differenceCamera = (): DifferenceCamera | null => camera;

export function goToDifference(key: string): void {
  const found = graphStore.getState().list.find((each) => each.key === key);
  if (!found) return;
  graphStore.setState({ current: key });
  camera?.center(found);
}

/** To the next or the one before; from the last to the first. */
export function walkDifferences(by: 1 | -1): void {
  const { list, current } = graphStore.getState();
  const at = list.findIndex(({ key }) => key === current);
  const from = at < 0 && by < 0 ? 0 : at;
  const next = list[(from + by + list.length) % list.length];
  if (next) goToDifference(next.key);
}
