/** Rule: sections of Compare stand in the order and with the folds that a person gave them, and fill their rows. */
import { afterEach, describe, expect, it } from 'vitest';
import { arranged, inOrder, movedTo } from '#renderer/compare/arrange.ts';
import { defineSection } from '#renderer/compare/defineSection.ts';
import {
  foldAll,
  foldSection,
  moveSection,
  resetSections,
} from '#renderer/compare/sectionActions.ts';
import { sections } from '#renderer/compare/sections.ts';
import { restoreView, viewSettings, viewStore } from '#renderer/state/view.ts';
import { restoredAfter } from '../support/restoredAfter.ts';

restoredAfter(viewStore);

const section = (id: string, columns: number) =>
  defineSection({
    ...{ id, label: id, icon: 'chart', order: 0, columns, height: 100 },
    Component: () => null,
  });
const all = [section('a', 5), section('b', 4), section('c', 3), section('d', 6), section('e', 7)];
const told = (order: readonly string[] = [], folded: readonly string[] = []) =>
  arranged(all, { order, folded }).map(
    ({ section: { id }, columns, isFolded }) => `${id}${isFolded ? '-' : columns}`,
  );

describe('rows', () => {
  it('are filled by their last section', () => {
    expect(told()).toEqual(['a5', 'b4', 'c3', 'd12', 'e12']);
    expect(told(['d', 'a'])).toEqual(['d12', 'e7', 'a5', 'b4', 'c8']);
  });
  it('leave a folded one as a line below them', () => {
    expect(told([], ['b'])).toEqual(['a5', 'c7', 'b-', 'd12', 'e12']);
    expect(told([], ['a'])).toEqual(['a-', 'b4', 'c8', 'd12', 'e12']);
    expect(told([], ['a', 'b', 'c', 'd', 'e'])).toEqual(['a-', 'b-', 'c-', 'd-', 'e-']);
  });
});

describe('the order', () => {
  it('keeps what is new behind what it comes after', () => {
    expect(inOrder(all, ['e', 'c', 'gone']).map(({ id }) => id)).toEqual(['a', 'b', 'e', 'c', 'd']);
  });
  it('moves among those on show, past those that are not', () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    expect(movedTo(ids, 'a', 1, ['a', 'c', 'e'])).toEqual(['b', 'c', 'd', 'a', 'e']);
    expect(movedTo(ids, 'a', 2, ['a', 'c', 'e'])).toEqual(['b', 'c', 'd', 'e', 'a']);
    expect(movedTo(ids, 'e', 0, ['a', 'c', 'e'])).toEqual(['e', 'a', 'b', 'c', 'd']);
    expect(movedTo(ids, 'e', -1, ['a', 'c', 'e'])).toEqual(['e', 'a', 'b', 'c', 'd']);
  });
});

describe('what was arranged', () => {
  afterEach(resetSections);
  it('is remembered with the view, and had back as it was', () => {
    const ids = sections.map(({ id }) => id);
    moveSection('graph', 0, ids);
    foldSection('values', true);
    const written: unknown = JSON.parse(JSON.stringify(viewSettings(viewStore.getState())));
    const { compareSections } = restoreView(written);
    expect(compareSections.order[0]).toBe('graph');
    expect(compareSections.folded).toEqual(['values']);
    foldSection('values', false);
    expect(viewStore.getState().compareSections.folded).toEqual([]);
    foldAll(true);
    expect(viewStore.getState().compareSections.folded).toEqual(ids);
    resetSections();
    expect(viewStore.getState().compareSections).toEqual({ order: [], folded: [] });
  });
});
