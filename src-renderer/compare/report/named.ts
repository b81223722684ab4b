/**
 * Comparisons that have a name: which runs, which of them is the baseline, what they are judged and grouped
 * by. Kept with the view in the settings; opening one chooses its runs.
 */
import { chooseRuns, pinBaseline } from '#renderer/state/chosenRuns.ts';
import { showView } from '#renderer/state/frontView.ts';
import { viewStore, type NamedComparison } from '#renderer/state/view.ts';
import { judgedStore } from '../judged.ts';

export const MOST_CHARACTERS = 80;

/** Under a name that is taken it takes the place of that one. */
export function keepComparison(name: string): void {
  const { chosenRuns, baselineRun, comparisons } = viewStore.getState();
  const { figure, by } = judgedStore.getState();
  const kept: NamedComparison = { name, runs: [...chosenRuns], baseline: baselineRun, figure, by };
  viewStore.setState({
    comparisons: [...comparisons.filter((other) => other.name !== name), kept].toSorted((a, b) =>
      a.name.localeCompare(b.name),
    ),
  });
}

export function openComparison({ runs, baseline, figure, by }: NamedComparison): void {
  chooseRuns(runs);
  pinBaseline(baseline);
  judgedStore.setState({ figure, by, brushes: {} });
  showView('compare');
}

export function forgetComparison(name: string): void {
  const { comparisons } = viewStore.getState();
  viewStore.setState({ comparisons: comparisons.filter((other) => other.name !== name) });
}

/** Of the comparison on show, where it is one that was kept. */
export function nameOfChosen(): string | null {
  const { chosenRuns, comparisons } = viewStore.getState();
  const same = (runs: readonly string[]): boolean =>
    runs.length === chosenRuns.length && chosenRuns.every((id) => runs.includes(id));
  return comparisons.find(({ runs }) => same(runs))?.name ?? null;
}
