/** The view of an input, by what it asks for. */
import type { PlayerInput, PlayerInputKind } from '#engine/export/player/model.ts';
import { classInput } from './classInput.ts';
import type { InputContext, InputOf, InputView } from './define.ts';
import { imageInput } from './imageInput.ts';
import { latentInput } from './latentInput.ts';
import { numbersInput } from './numbersInput.ts';
import { rowInput } from './rowInput.ts';

const VIEWS: {
  readonly [K in PlayerInputKind]: (input: InputOf<K>, context: InputContext) => InputView;
} = {
  image: imageInput,
  row: rowInput,
  class: classInput,
  latent: latentInput,
  numbers: numbersInput,
};

export function inputViewOf(input: PlayerInput, context: InputContext): InputView {
  // The table has for each kind what takes it.
  const view = VIEWS[input.kind] as (input: PlayerInput, context: InputContext) => InputView;
  return view(input, context);
}
