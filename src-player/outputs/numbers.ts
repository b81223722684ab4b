/** Numbers as the data have them: one in large, several as bars to either side of zero. */
import { element } from '../dom.ts';
import { valueText } from '../numbers.ts';
import type { OutputOf, OutputView } from './define.ts';
import { truthWords } from './words.ts';

/** More are told by their count. */
const SHOWN = 32;

export function numbersOutput(output: OutputOf<'numbers'>): OutputView {
  return output.names.length === 1 ? oneNumber(output) : manyNumbers(output);
}

function oneNumber(output: OutputOf<'numbers'>): OutputView {
  const value = element('b', { class: 'verdict-name' });
  const truth = element('span', { class: 'truth' });
  return {
    element: element(
      'div',
      { class: 'output' },
      element('h3', {}, output.title),
      element('p', { class: 'verdict', role: 'status' }, value, truth),
    ),
    show([number = 0], right) {
      value.textContent = valueText(number * output.factor);
      truth.textContent = right === null ? '' : `${truthWords(output, right)} in the data`;
    },
  };
}

function manyNumbers({ title, names, factor }: OutputOf<'numbers'>): OutputView {
  const rows = names.slice(0, SHOWN).map((name) => {
    const bar = element('i');
    const text = element('td', { class: 'number' });
    const row = element(
      'tr',
      {},
      element('th', { scope: 'row' }, name),
      element('td', { class: 'bar' }, bar),
      text,
    );
    return { bar, text, row };
  });
  const more = names.length - rows.length;
  return {
    element: element(
      'div',
      { class: 'output' },
      element('h3', {}, title),
      element('table', { class: 'bars' }, element('tbody', {}, ...rows.map(({ row }) => row))),
      more > 0 ? element('p', { class: 'hint' }, `and ${more} more`) : null,
    ),
    show(numbers) {
      const largest = numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-12);
      rows.forEach(({ bar, text }, i) => {
        const value = numbers[i] ?? 0;
        bar.style.width = `${(100 * Math.abs(value)) / largest}%`;
        bar.className = value < 0 ? 'negative' : '';
        text.textContent = valueText(value * factor);
      });
    },
  };
}
