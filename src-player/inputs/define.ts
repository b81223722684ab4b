/** What every input of a page offers, whatever it asks for. */
import type { Player } from '#engine/export/player/executor.ts';
import type { PlayerInput, PlayerInputKind, PlayerPart } from '#engine/export/player/model.ts';
import type { Examples } from '../examples.ts';

export interface InputView {
  readonly element: HTMLElement;
  /** What is in it before anybody does anything. */
  readonly initial: Float32Array;
  /** Shows other numbers; does not tell of a change. */
  show(numbers: Float32Array): void;
}

export interface InputContext {
  readonly player: Player;
  readonly part: PlayerPart;
  readonly examples: Examples;
  /** The only input of its part. */
  readonly isAlone: boolean;
  /** Somebody gave it these. */
  readonly change: (numbers: Float32Array) => void;
}

export type InputOf<K extends PlayerInputKind> = Extract<PlayerInput, { readonly kind: K }>;
