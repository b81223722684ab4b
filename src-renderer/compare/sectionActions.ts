/** Folding and moving the sections of Compare; remembered with the view. */
import { viewStore } from '../state/view.ts';
import { inOrder, movedTo } from './arrange.ts';
import { sections } from './sections.ts';

export function foldSection(id: string, isFolded: boolean): void {
  viewStore.setState(({ compareSections: { order, folded } }) => {
    const others = folded.filter((each) => each !== id);
    return { compareSections: { order, folded: isFolded ? [...others, id] : others } };
  });
}

/** `to`: its place among those on show; others may have nothing to show of these runs. */
export function moveSection(id: string, to: number, shown: readonly string[]): void {
  viewStore.setState(({ compareSections: { order, folded } }) => {
    const all = inOrder(sections, order).map((section) => section.id);
    return { compareSections: { order: [...movedTo(all, id, to, shown)], folded } };
  });
}

export function foldAll(isFolded: boolean): void {
  viewStore.setState(({ compareSections: { order } }) => ({
    compareSections: { order, folded: isFolded ? sections.map(({ id }) => id) : [] },
  }));
}

export const resetSections = (): void =>
  viewStore.setState({ compareSections: { order: [], folded: [] } });
