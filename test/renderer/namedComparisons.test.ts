/** Rule: a comparison that was named comes back as it was, also from the settings. */
import { beforeEach, expect, test } from 'vitest';
import { judgedStore } from '#renderer/compare/judged.ts';
import {
  forgetComparison,
  keepComparison,
  nameOfChosen,
  openComparison,
} from '#renderer/compare/report/named.ts';
import { chooseRuns, pinBaseline } from '#renderer/state/chosenRuns.ts';
import { restoreView, viewSettings, viewStore } from '#renderer/state/view.ts';
import { restoredAfter } from '../support/restoredAfter.ts';

restoredAfter(viewStore);
restoredAfter(judgedStore);

beforeEach(() => {
  viewStore.setState({ comparisons: [], chosenRuns: [], baselineRun: null });
  judgedStore.setState({ figure: null, by: null });
});

test('runs, baseline and what they are judged by', () => {
  chooseRuns(['a', 'b', 'c']);
  pinBaseline('b');
  judgedStore.setState({ figure: 'test.f1', by: 'training.batchSize' });
  keepComparison('widths');
  expect(nameOfChosen()).toBe('widths');

  chooseRuns(['x']);
  judgedStore.setState({ figure: null, by: null });
  expect(nameOfChosen()).toBeNull();
  const [kept] = restoreView(
    JSON.parse(JSON.stringify(viewSettings(viewStore.getState()))),
  ).comparisons;
  if (!kept) throw new Error('nothing was kept');
  openComparison(kept);
  expect(viewStore.getState()).toMatchObject({ chosenRuns: ['a', 'b', 'c'], baselineRun: 'b' });
  expect(judgedStore.getState()).toMatchObject({ figure: 'test.f1', by: 'training.batchSize' });
});

test('a name that is taken is replaced; a comparison can be forgotten', () => {
  chooseRuns(['a', 'b']);
  keepComparison('two');
  chooseRuns(['a', 'c']);
  keepComparison('two');
  expect(viewStore.getState().comparisons).toMatchObject([{ name: 'two', runs: ['a', 'c'] }]);
  forgetComparison('two');
  expect(viewStore.getState().comparisons).toEqual([]);
});
