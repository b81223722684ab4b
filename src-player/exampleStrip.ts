/** A row of samples to try: small pictures of images, a few words of rows. Points have their plot instead. */
import type { PlayerInput, PlayerPart } from '#engine/export/player/model.ts';
import { element } from './dom.ts';
import type { Examples } from './examples.ts';
import { isPlotted } from './inputs/rowInput.ts';
import { valueText } from './numbers.ts';
import { paintImage } from './pictures/paint.ts';
import { truthWords } from './outputs/words.ts';

/** Values of a row that fit on a button. */
const SHOWN_VALUES = 3;

export interface ExampleStrip {
  readonly element: HTMLElement;
  /** Null: none of them any more. */
  mark(example: number | null): void;
}

export function exampleStrip(
  { inputs, outputs }: PlayerPart,
  examples: Examples,
  choose: (example: number) => void,
): ExampleStrip | null {
  const [input] = inputs;
  if (!input || examples.count === 0 || isPlotted(input)) return null;
  const buttons = Array.from({ length: examples.count }, (_, i) => {
    const truths = outputs.flatMap((output) => {
      const truth = examples.truth(output.name, i);
      return truth ? [truthWords(output, truth)] : [];
    });
    const numbers = examples.input(input.name, i) ?? new Float32Array();
    const made = element(
      'button',
      {
        type: 'button',
        class: 'example',
        'aria-pressed': 'false',
        'aria-label': `Example ${i + 1}${truths.length > 0 ? `: ${truths.join(', ')}` : ''}`,
      },
      faceOf(input, numbers),
      truths.length > 0 ? element('small', {}, truths.join(', ')) : null,
    );
    made.addEventListener('click', () => choose(i));
    return made;
  });
  return {
    element: element(
      'div',
      { class: 'panel examples' },
      element('h3', {}, `Examples of the ${examples.from} data`),
      element('div', { class: input.kind === 'image' ? 'strip pictures' : 'strip' }, ...buttons),
    ),
    mark: (example) =>
      buttons.forEach((each, i) => each.setAttribute('aria-pressed', String(i === example))),
  };
}

function faceOf(input: PlayerInput, numbers: Float32Array): HTMLElement {
  if (input.kind === 'image') {
    const canvas = element('canvas', { class: 'pixels', 'aria-hidden': 'true' });
    paintImage(canvas, input, numbers);
    return canvas;
  }
  const words =
    input.kind === 'row'
      ? input.columns.slice(0, SHOWN_VALUES).map(({ at, categories }) => {
          const value = numbers[at] ?? 0;
          if (!categories) return valueText(value);
          const place =
            categories.length === 2 ? value : categories.findIndex((_, i) => numbers[at + i] === 1);
          return categories[place] ?? '';
        })
      : [...numbers.slice(0, SHOWN_VALUES)].map((value) => valueText(value));
  const size = input.kind === 'row' ? input.columns.length : numbers.length;
  return element('span', {}, words.join(', ') + (size > SHOWN_VALUES ? ', …' : ''));
}
