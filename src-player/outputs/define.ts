/** What every output of a page offers, whatever it means. */
import type { PlayerOutput, PlayerOutputKind } from '#engine/export/player/model.ts';

export interface OutputView {
  readonly element: HTMLElement;
  /** `truth`: what would be right, where that is known. */
  show(numbers: Float32Array, truth: Float32Array | null): void;
}

export type OutputOf<K extends PlayerOutputKind> = Extract<PlayerOutput, { readonly kind: K }>;
