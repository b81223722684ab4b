/** The data that the view is about: a node of the document in front that names a source, and what it is set to. */
import { useMemo } from 'react';
import { useStore } from 'zustand';
import type { JsonValue } from '#engine/ir/attrs.ts';
import { own } from '#engine/ir/record.ts';
import type { TrainingSettings } from '#engine/ir/document.ts';
import { sourceOf } from '../charts/dataSource.ts';
import type { DocumentState } from '../state/document.ts';
import { useDocument } from '../state/documentSession.ts';
import { dataViewStore } from './dataViewStore.ts';

export interface ChosenData {
  /** Of the Data node. */
  readonly node: string;
  readonly source: string;
  readonly options: Readonly<Record<string, JsonValue>>;
  readonly split: TrainingSettings['split'];
  readonly seed: number;
}

/** Every node that names a source, in the document's order. */
export function dataNodes({ analysis, document }: Pick<DocumentState, 'analysis' | 'document'>) {
  return document.nodes.flatMap(({ id }) => {
    const node = analysis.nodes.get(id);
    const reference = node && sourceOf(node);
    return reference ? [{ node: id, ...reference }] : [];
  });
}

/** That which was chosen, else the first. */
export function chosenOf(
  state: Pick<DocumentState, 'analysis' | 'document'>,
  wanted: string | null,
): ChosenData | null {
  const nodes = dataNodes(state);
  const found = nodes.find(({ node }) => node === wanted) ?? nodes[0];
  if (!found) return null;
  const { split, seed } = state.document.training;
  return { ...found, split, seed };
}

export function useChosenData(): ChosenData | null {
  const analysis = useDocument((state) => state.analysis);
  const document = useDocument((state) => state.document);
  const wanted = useStore(dataViewStore, (view) => view.node);
  return useMemo(() => {
    const nodes = dataNodes({ analysis, document });
    const found = nodes.find(({ node }) => node === wanted) ?? nodes[0];
    return found
      ? { ...found, split: document.training.split, seed: document.training.seed }
      : null;
  }, [analysis, document, wanted]);
}

/** A text option; empty where there is none. */
export function textOption(options: ChosenData['options'], name: string): string {
  const value = own(options, name);
  return typeof value === 'string' ? value : '';
}

/** What people call a source: the name of its file or folder, else its label. */
export function sourceName(source: string, labelOf: (id: string) => string | undefined): string {
  const colon = source.indexOf(':');
  if (colon < 0) return labelOf(source) ?? source;
  const path = source.slice(colon + 1);
  const name = path.split(/[/\\]/).filter(Boolean).at(-1);
  return name ?? labelOf(source.slice(0, colon)) ?? source;
}
