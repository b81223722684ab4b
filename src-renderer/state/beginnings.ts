/**
 * What the next run of a document begins with, where somebody chose a checkpoint of a run for it: until it was
 * begun so or is let go of. For as long as the page is open. Pure, but for the store.
 */
import { createStore } from 'zustand/vanilla';
import { own } from '#engine/ir/record.ts';
import type { RunCheckpoint, RunOrigin, WeightsReport } from '#engine/protocol/index.ts';

export interface Beginning {
  readonly run: string;
  readonly runName: string;
  readonly step: number;
}

/** By the id of the document. */
export const beginningStore = createStore<{
  readonly byDocument: Readonly<Record<string, Beginning>>;
}>(() => ({ byDocument: {} }));

type Of = { readonly id?: string | undefined };

export const beginningOf = ({ id }: Of): Beginning | null =>
  own(beginningStore.getState().byDocument, id ?? '') ?? null;

export function originOf(document: Of): RunOrigin | undefined {
  const beginning = beginningOf(document);
  return beginning ? { run: beginning.run, step: beginning.step } : undefined;
}

/** Null: with what its initialisers make. */
export function setBeginning({ id = '' }: Of, beginning: Beginning | null): void {
  const { [id]: _before, ...others } = beginningStore.getState().byDocument;
  beginningStore.setState({ byDocument: beginning ? { ...others, [id]: beginning } : others });
}

/** The latest one at a step or before it, else the first after it; null where none is kept. */
export function checkpointFor(
  checkpoints: readonly RunCheckpoint[],
  step: number,
): RunCheckpoint | null {
  const before = checkpoints.findLast((each) => each.step <= step);
  return before ?? checkpoints.find((each) => each.step > step) ?? null;
}

const NAMED = 3;

/** `48 of 50 weights are those of XOR 1, step 40. Begun anew: fc2.weight, fc2.bias.` */
export function weightsText(report: WeightsReport, source: string): string {
  const { loaded, otherShape, fresh } = report;
  const anew = [...otherShape.map(({ name }) => name), ...fresh];
  const text = `${loaded.length} of ${loaded.length + anew.length} weights are those of ${source}.`;
  if (anew.length === 0) return text;
  const named = anew.slice(0, NAMED).join(', ');
  const more = anew.length - NAMED;
  return `${text} Begun anew: ${named}${more > 0 ? ` and ${more} more, which the log names` : ''}.`;
}
