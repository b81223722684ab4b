/** The numbers that a generator starts from: drawn by a seed as Netloom draws them, and each moved by hand. */
import { elementCount } from '#engine/ir/tensor.ts';
import { button, element } from '../dom.ts';
import type { InputContext, InputOf, InputView } from './define.ts';

/** More sliders than this nobody moves. */
const MOST_SLIDERS = 128;
const SEEDS = 100_000;

export function latentInput(
  { name, shape, low, high }: InputOf<'latent'>,
  { player, part, change }: InputContext,
): InputView {
  const size = elementCount(shape);
  const draw = (seed: number): Float32Array =>
    player.draw(part, seed, 1).get(name) ?? new Float32Array(size);
  let current = draw(0);
  const sliders = Array.from({ length: Math.min(size, MOST_SLIDERS) }, (_, i) => {
    const slider = element('input', {
      ...{ type: 'range', min: low, max: high, step: 'any' },
      'aria-label': `${name} ${i + 1}`,
    });
    slider.addEventListener('input', () => {
      current = current.slice();
      current[i] = Number(slider.value);
      change(current);
    });
    return slider;
  });
  const write = (numbers: Float32Array): void => {
    current = numbers;
    sliders.forEach((slider, i) => (slider.value = String(numbers[i] ?? 0)));
  };
  const seed = element('input', {
    class: 'field short',
    type: 'number',
    min: 0,
    step: 1,
    value: 0,
  });
  const take = (): void => {
    write(draw(Math.max(0, Math.floor(Number(seed.value)) || 0)));
    change(current);
  };
  seed.addEventListener('input', take);
  const sample = button(
    'Sample',
    () => {
      seed.value = String(Math.floor(Math.random() * SEEDS));
      take();
    },
    'primary',
  );
  write(current);
  return {
    element: element(
      'div',
      { class: 'ask' },
      element('h2', {}, name, element('small', {}, `${size} random numbers`)),
      element('div', { class: 'tools' }, sample, element('label', {}, 'Seed', seed)),
      element('div', { class: 'sliders' }, ...sliders),
    ),
    initial: current,
    show: write,
  };
}
