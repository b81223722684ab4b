/** The view of an output, by what it means. */
import type { PlayerOutput, PlayerOutputKind } from '#engine/export/player/model.ts';
import { chanceOutput, classesOutput } from './classes.ts';
import type { OutputOf, OutputView } from './define.ts';
import { imageOutput } from './image.ts';
import { numbersOutput } from './numbers.ts';

const VIEWS: {
  readonly [K in PlayerOutputKind]: (output: OutputOf<K>, isColored: boolean) => OutputView;
} = {
  classes: classesOutput,
  chance: chanceOutput,
  image: imageOutput,
  numbers: numbersOutput,
};

/** `isColored`: classes have the colours that a plot gives them. */
export function outputViewOf(output: PlayerOutput, isColored: boolean): OutputView {
  // The table has for each kind what takes it.
  const view = VIEWS[output.kind] as (output: PlayerOutput, isColored: boolean) => OutputView;
  return view(output, isColored);
}
