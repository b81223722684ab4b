/**
 * Which runs are chosen to be compared, in which order, and which of them is the baseline: the same in the
 * table of runs, in Compare and behind the ghost in Design, and remembered with the view. A run that is
 * deleted stays chosen, since a deletion can be taken back: who shows the choice shows those that there are.
 */
import { viewStore } from './view.ts';

const choice = (): readonly string[] => viewStore.getState().chosenRuns;

/** These and no others, each once; the baseline stays where it is one of them. */
export function chooseRuns(ids: readonly string[]): void {
  const chosenRuns = [...new Set(ids)];
  const { baselineRun } = viewStore.getState();
  const keeps = baselineRun !== null && chosenRuns.includes(baselineRun);
  viewStore.setState({ chosenRuns, baselineRun: keeps ? baselineRun : null });
}

export function addChosenRuns(ids: readonly string[]): void {
  chooseRuns([...choice(), ...ids]);
}

export function removeChosenRuns(ids: readonly string[]): void {
  chooseRuns(choice().filter((id) => !ids.includes(id)));
}

/** To this place among those chosen. */
export function moveChosenRun(id: string, place: number): void {
  if (!choice().includes(id)) return;
  const others = choice().filter((other) => other !== id);
  chooseRuns([...others.slice(0, place), id, ...others.slice(place)]);
}

/** What the others are measured by; it is chosen by that too. Null: none is. */
export function pinBaseline(id: string | null): void {
  if (id !== null) addChosenRuns([id]);
  viewStore.setState({ baselineRun: id });
}
