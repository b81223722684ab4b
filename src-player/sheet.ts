/** A sheet of what a generator makes: several at once, each to be looked at closely. Null where nothing is drawn. */
import type { Player } from '#engine/export/player/executor.ts';
import type { PlayerPart } from '#engine/export/player/model.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import { button, element } from './dom.ts';
import { paintImage } from './pictures/paint.ts';

export function sheetOf(
  player: Player,
  part: PlayerPart,
  choose: (latents: ReadonlyMap<string, Float32Array>) => void,
): HTMLElement | null {
  const output = part.outputs.find(({ kind }) => kind === 'image');
  const isMade = part.inputs.every(({ kind }) => kind === 'latent');
  if (output?.kind !== 'image' || !part.draw || !isMade) return null;
  const count = part.draw.batch;
  const size = elementCount(output.shape);
  let seed = 1;
  const pictures = Array.from({ length: count }, (_, i) => {
    const canvas = element('canvas', { class: 'pixels' });
    const made = element(
      'button',
      { type: 'button', class: 'example', 'aria-label': `Sample ${i + 1}` },
      canvas,
    );
    made.addEventListener('click', () => {
      const drawn = player.draw(part, seed, count);
      choose(
        new Map(
          part.inputs.map(({ name, shape }) => {
            const length = elementCount(shape);
            return [
              name,
              (drawn.get(name) ?? new Float32Array()).slice(i * length, (i + 1) * length),
            ];
          }),
        ),
      );
    });
    return { canvas, made };
  });
  const fill = (): void => {
    const answers = player.answer(part, player.draw(part, seed, count), count);
    const numbers = answers.get(output.name) ?? new Float32Array();
    pictures.forEach(({ canvas }, i) =>
      paintImage(canvas, output, numbers.subarray(i * size, (i + 1) * size)),
    );
  };
  fill();
  return element(
    'div',
    { class: 'panel examples' },
    element(
      'div',
      { class: 'panel-head' },
      element('h3', {}, 'Samples'),
      button(
        'Other samples',
        () => {
          seed += 1;
          fill();
        },
        'small',
      ),
    ),
    element('div', { class: 'strip pictures large' }, ...pictures.map(({ made }) => made)),
  );
}
