/** A class that the network is told, by its name. */
import { element } from '../dom.ts';
import type { InputContext, InputOf, InputView } from './define.ts';

export function classInput(
  { name, classes }: InputOf<'class'>,
  { change }: InputContext,
): InputView {
  const menu = element(
    'select',
    { class: 'field' },
    ...classes.map((each, i) => element('option', { value: i }, each)),
  );
  menu.addEventListener('change', () => change(Float32Array.of(Number(menu.value))));
  return {
    element: element('label', { class: 'ask' }, element('h2', {}, name), menu),
    initial: Float32Array.of(0),
    show: ([value = 0]) => (menu.value = String(value)),
  };
}
