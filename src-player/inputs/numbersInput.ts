/** Numbers of a shape that has no better picture: written or pasted, one after another. */
import { formatShape, elementCount } from '#engine/ir/tensor.ts';
import { element } from '../dom.ts';
import { fieldText } from '../numbers.ts';
import type { InputContext, InputOf, InputView } from './define.ts';

export function numbersInput(
  { name, shape, typical }: InputOf<'numbers'>,
  { change }: InputContext,
): InputView {
  const count = elementCount(shape);
  const initial = new Float32Array(count).fill(typical);
  const text = element('textarea', { class: 'field area', rows: 6, spellcheck: 'false' });
  const said = element('p', { class: 'hint', role: 'status' });
  const write = (numbers: Float32Array): void => {
    text.value = [...numbers].map(fieldText).join(' ');
    said.textContent = '';
  };
  text.addEventListener('input', () => {
    const words = text.value.split(/[\s,;]+/).filter((word) => word !== '');
    const numbers = Float32Array.from(words, Number);
    const isWhole = numbers.length === count && numbers.every(Number.isFinite);
    said.textContent = isWhole ? '' : `${words.length} of ${count} numbers`;
    if (isWhole) change(numbers);
  });
  write(initial);
  const title = element('h2', {}, name, element('small', {}, formatShape(shape)));
  return { element: element('label', { class: 'ask' }, title, text, said), initial, show: write };
}
