/** A row of a table: a field for each column, words as menus; of one or two numbers a plot to point into. */
import type { PlayerColumn, PlayerInput } from '#engine/export/player/model.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import { element } from '../dom.ts';
import { counted, fieldText, valueText } from '../numbers.ts';
import { linePlot } from '../plots/line.ts';
import { planePlot } from '../plots/plane.ts';
import type { InputContext, InputOf, InputView } from './define.ts';
import { parseRow, readColumn, writeColumn } from './parseRow.ts';

/** Wider rows have no sliders: they would be a wall. */
const MOST_SLIDERS = 16;

/** Whether its examples are points of a plot. */
export const isPlotted = (input: PlayerInput): boolean =>
  input.kind === 'row' &&
  input.columns.length <= 2 &&
  input.columns.every(({ categories }) => categories === undefined);

interface Cell {
  readonly element: HTMLElement;
  show(value: number): void;
}

export function rowInput(input: InputOf<'row'>, context: InputContext): InputView {
  const { name, shape, columns } = input;
  const size = elementCount(shape);
  let current = new Float32Array(size);
  for (const column of columns)
    writeColumn(current, column, column.categories ? 0 : column.typical);
  const initial = current;
  const cells = columns.map((column) =>
    cellOf(column, columns.length <= MOST_SLIDERS, (value) => {
      current = current.slice();
      writeColumn(current, column, value);
      plot?.move(current);
      context.change(current);
    }),
  );
  const show = (numbers: Float32Array): void => {
    current = numbers.slice();
    cells.forEach((cell, i) => {
      const column = columns[i];
      if (column) cell.show(readColumn(current, column));
    });
    plot?.move(current);
  };
  const take = (numbers: Float32Array): void => {
    show(numbers);
    context.change(current);
  };
  const plot =
    context.isAlone && isPlotted(input)
      ? (columns.length === 1 ? linePlot : planePlot)(input, context, take)
      : null;
  show(initial);
  return {
    element: element(
      'div',
      { class: 'ask' },
      element('h2', {}, name, element('small', {}, counted(columns.length, 'value'))),
      plot?.element ?? null,
      element(
        'div',
        { class: columns.length > 1 ? 'row-fields' : 'row-fields single' },
        ...cells.map((cell) => cell.element),
      ),
      columns.length > 1 ? pasteField(input, size, take) : null,
    ),
    initial,
    show,
  };
}

function cellOf(column: PlayerColumn, hasSlider: boolean, change: (value: number) => void): Cell {
  const { name, categories, low, high, isWhole } = column;
  if (categories) {
    const menu = element(
      'select',
      { class: 'field' },
      ...categories.map((word, i) => element('option', { value: i }, word)),
    );
    menu.addEventListener('change', () => change(Number(menu.value)));
    return {
      element: element('label', { class: 'cell' }, element('span', {}, name), menu),
      show: (value) => (menu.value = String(value)),
    };
  }
  const field = element('input', {
    ...{ class: 'field', type: 'number', step: isWhole ? 1 : 'any' },
    'aria-label': name,
  });
  const slider = element('input', {
    ...{ type: 'range', min: low, max: high, step: isWhole ? 1 : 'any' },
    'aria-label': `${name}, slider`,
  });
  field.addEventListener('input', () => {
    if (field.value === '' || !Number.isFinite(field.valueAsNumber)) return;
    slider.value = field.value;
    change(field.valueAsNumber);
  });
  slider.addEventListener('input', () => {
    field.value = fieldText(slider.valueAsNumber);
    change(slider.valueAsNumber);
  });
  const range = element('small', {}, `${valueText(low, 3)} to ${valueText(high, 3)}`);
  return {
    element: element(
      'div',
      { class: 'cell' },
      element('label', {}, element('span', {}, name, range), field),
      hasSlider ? slider : null,
    ),
    show(value) {
      field.value = fieldText(value);
      slider.value = String(value);
    },
  };
}

function pasteField(
  { columns }: InputOf<'row'>,
  size: number,
  take: (numbers: Float32Array) => void,
): HTMLElement {
  const said = element('small', { role: 'status' });
  const field = element('input', {
    ...{ class: 'field', type: 'text', spellcheck: 'false', autocomplete: 'off' },
    placeholder: columns.map(({ name }) => name).join(', '),
  });
  field.addEventListener('input', () => {
    const parsed = parseRow(field.value, columns, size);
    said.textContent = parsed.ok || field.value.trim() === '' ? '' : parsed.why;
    if (parsed.ok) take(parsed.numbers);
  });
  return element('label', { class: 'cell paste' }, element('span', {}, 'Paste a row', said), field);
}
