/** An ablation on the graph: its document comes to the front in Design, and each card says what it was worth. */
import { metricName } from '#engine/metrics/names.ts';
import type { SweepInfo } from '#engine/protocol/index.ts';
import { ablationResult, BYPASSED_NODE, NO_NODE, valueText } from '#engine/search/index.ts';
import { openDocumentOf } from '../runs/openRun.ts';
import { documentStore } from '../state/document.ts';
import { DESIGN, showView } from '../state/frontView.ts';
import { worthStore, type ShownWorth } from '../state/worth.ts';
import { sweeps } from './sweepStore.ts';

function worthOf(sweep: SweepInfo): Omit<ShownWorth, 'documentId'> | null {
  const result = ablationResult(sweep.plan, sweep.trials);
  const { label } = metricName(sweep.plan.monitor.key);
  return result && { sweepId: sweep.id, label, result };
}

/** Null until the network as it is has a run, whose graph it is. */
const wholeRun = ({ trials }: SweepInfo): string | null =>
  trials.find(({ values }) => valueText(values, BYPASSED_NODE) === NO_NODE)?.run ?? null;

export const canShowWorth = (sweep: SweepInfo): boolean => wholeRun(sweep) !== null;

export async function showWorthOnGraph(sweep: SweepInfo): Promise<void> {
  const [worth, id] = [worthOf(sweep), wholeRun(sweep)];
  if (!worth || id === null) return;
  const { documentId, projectName: name } = sweep;
  await openDocumentOf({ id, name, documentId });
  worthStore.setState({
    shown: { ...worth, documentId: documentStore.getState().document.id },
  });
  showView(DESIGN);
}

/** What is still at work changes what is known. */
export function followWorth(sweepId: string): () => void {
  const stop = sweeps.follow();
  const unsubscribe = sweeps.store.subscribe(({ sweeps: all }) => {
    const { shown } = worthStore.getState();
    const sweep = all.find(({ id }) => id === sweepId);
    const worth = sweep && worthOf(sweep);
    if (shown?.sweepId === sweepId && worth) worthStore.setState({ shown: { ...shown, ...worth } });
  });
  return () => {
    unsubscribe();
    stop();
  };
}
