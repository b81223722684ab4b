import { beforeEach, describe, expect, it } from 'vitest';
import {
  addChosenRuns,
  chooseRuns,
  moveChosenRun,
  pinBaseline,
  removeChosenRuns,
} from '#renderer/state/chosenRuns.ts';
import { viewStore } from '#renderer/state/view.ts';
import { restoredAfter } from '../support/restoredAfter.ts';

restoredAfter(viewStore);

const chosen = () => {
  const { chosenRuns, baselineRun } = viewStore.getState();
  return { chosenRuns, baselineRun };
};

describe('runs chosen to be compared', () => {
  beforeEach(() => {
    pinBaseline(null);
    chooseRuns([]);
  });

  it('are chosen once each, in order', () => {
    chooseRuns(['a', 'b', 'a']);
    addChosenRuns(['b', 'c']);
    expect(chosen().chosenRuns).toEqual(['a', 'b', 'c']);
    moveChosenRun('c', 0);
    moveChosenRun('unknown', 0);
    expect(chosen().chosenRuns).toEqual(['c', 'a', 'b']);
  });

  it('have a baseline that is one of them', () => {
    chooseRuns(['a', 'b']);
    pinBaseline('c');
    expect(chosen()).toEqual({ chosenRuns: ['a', 'b', 'c'], baselineRun: 'c' });
    removeChosenRuns(['a']);
    expect(chosen().baselineRun).toBe('c');
    removeChosenRuns(['c']);
    expect(chosen()).toEqual({ chosenRuns: ['b'], baselineRun: null });
  });
});
