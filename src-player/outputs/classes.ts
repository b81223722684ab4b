/** Classes by how likely they are: the first in large, the others as bars below each other. */
import type { PlayerOutput } from '#engine/export/player/model.ts';
import { element } from '../dom.ts';
import { CLASS_COLORS } from '../plots/define.ts';
import type { OutputOf, OutputView } from './define.ts';
import { shareText, truthWords } from './words.ts';

const SHOWN = 10;

export function classesOutput(output: OutputOf<'classes'>, isColored: boolean): OutputView {
  return barsView(output, output.classes, isColored, (numbers) => [...numbers]);
}

export function chanceOutput(output: OutputOf<'chance'>, isColored: boolean): OutputView {
  const { classes } = output;
  return classes
    ? barsView(output, classes, isColored, ([yes = 0]) => [1 - yes, yes])
    : shareView(output);
}

function barsView(
  output: PlayerOutput,
  classes: readonly string[],
  isColored: boolean,
  sharesOf: (numbers: Float32Array) => readonly number[],
): OutputView {
  const name = element('b', { class: 'verdict-name' });
  const share = element('span', { class: 'verdict-share' });
  const truth = element('span', { class: 'truth' });
  const count = Math.min(SHOWN, classes.length);
  const rows = Array.from({ length: count }, () => {
    const label = element('th', { scope: 'row' });
    const bar = element('i');
    const text = element('td', { class: 'number' });
    const row = element('tr', {}, label, element('td', { class: 'bar' }, bar), text);
    return { label, bar, text, row };
  });
  const more = classes.length - count;
  return {
    element: element(
      'div',
      { class: 'output' },
      element('h3', {}, output.title),
      element('p', { class: 'verdict', role: 'status' }, name, share, truth),
      element('table', { class: 'bars' }, element('tbody', {}, ...rows.map(({ row }) => row))),
      more > 0 ? element('p', { class: 'hint' }, `and ${more} less likely`) : null,
    ),
    show(numbers, right) {
      const shares = sharesOf(numbers);
      const order = shares.map((_, i) => i).sort((a, b) => (shares[b] ?? 0) - (shares[a] ?? 0));
      const [best = 0] = order;
      name.textContent = classes[best] ?? '';
      share.textContent = shareText(shares[best] ?? 0);
      const isRight = right !== null && right[0] === best;
      truth.textContent =
        right === null ? '' : isRight ? 'right' : `it is ${truthWords(output, right)}`;
      truth.className = right === null ? 'truth' : isRight ? 'truth good' : 'truth bad';
      rows.forEach(({ label, bar, text, row }, i) => {
        const place = order[i] ?? 0;
        label.textContent = classes[place] ?? '';
        label.title = classes[place] ?? '';
        if (isColored) bar.style.background = `var(--run-${(place % CLASS_COLORS) + 1})`;
        bar.style.width = `${100 * (shares[place] ?? 0)}%`;
        text.textContent = shareText(shares[place] ?? 0);
        row.className = i === 0 ? 'best' : '';
      });
    },
  };
}

/** A probability of what has no name: how sure the network is. */
function shareView(output: PlayerOutput): OutputView {
  const share = element('b', { class: 'verdict-name' });
  const meter = element('i');
  return {
    element: element(
      'div',
      { class: 'output' },
      element('h3', {}, output.title),
      element('p', { class: 'verdict', role: 'status' }, share),
      element('div', { class: 'bars' }, meter),
    ),
    show([value = 0]) {
      share.textContent = shareText(value);
      meter.style.width = `${100 * value}%`;
    },
  };
}
