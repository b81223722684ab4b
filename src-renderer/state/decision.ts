/**
 * The class that is told from all others and from which score on, as a person set it: the same in every panel, so
 * that the confusion matrix follows the threshold. Of the window, not of a document.
 */
import { createStore } from 'zustand/vanilla';

export interface DecisionState {
  /** Index of the class; null: the usual one. */
  readonly classIndex: number | null;
  /** Null: the most likely class wins. */
  readonly threshold: number | null;
}

export const decisionStore = createStore<DecisionState>(() => ({
  classIndex: null,
  threshold: null,
}));

export const setThreshold = (threshold: number | null): void =>
  decisionStore.setState({ threshold });

/** Another class has other scores: the threshold goes. */
export const chooseClass = (classIndex: number): void =>
  decisionStore.setState({ classIndex, threshold: null });
