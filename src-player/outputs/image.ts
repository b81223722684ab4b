/** A picture that the network makes. */
import { element } from '../dom.ts';
import { paintImage } from '../pictures/paint.ts';
import type { OutputOf, OutputView } from './define.ts';

export function imageOutput(output: OutputOf<'image'>): OutputView {
  const canvas = element('canvas', {
    class: 'pixels made',
    role: 'img',
    'aria-label': output.title,
  });
  return {
    element: element('div', { class: 'output' }, element('h3', {}, output.title), canvas),
    show: (numbers) => paintImage(canvas, output, numbers),
  };
}
