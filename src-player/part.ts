/** Inputs of a part beside what it answers: whenever an input changes, the network runs and the answers follow. */
import type { Player } from '#engine/export/player/executor.ts';
import type { PlayerPart } from '#engine/export/player/model.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import { formatFixed } from '#engine/runs/numberText.ts';
import { element } from './dom.ts';
import { readExamples } from './examples.ts';
import { exampleStrip } from './exampleStrip.ts';
import { inputViewOf } from './inputs/index.ts';
import { isPlotted } from './inputs/rowInput.ts';
import { outputViewOf } from './outputs/index.ts';
import { sheetOf } from './sheet.ts';

export function partView(player: Player, part: PlayerPart, parts: number): HTMLElement {
  const values = new Map<string, Float32Array>();
  const examples = readExamples(part);
  /** The example that is shown, as long as nobody changed it. */
  let shown: number | null = null;
  // As the plot has them.
  const isColored = part.inputs.length === 1 && part.inputs.every(isPlotted);
  const elapsed = element('span', { class: 'elapsed' });
  const outputs = part.outputs.map((output) => ({ output, view: outputViewOf(output, isColored) }));

  const answer = (): void => {
    const started = performance.now();
    const answers = player.answer(part, values, 1);
    const ms = performance.now() - started;
    elapsed.textContent = `${formatFixed(ms, ms < 10 ? 1 : 0)} ms`;
    for (const { output, view } of outputs) {
      const answered = answers.get(output.name) ?? new Float32Array(elementCount(output.shape));
      const truth = shown === null ? null : (examples.truth(output.name, shown) ?? null);
      view.show(answered, truth);
    }
  };
  let isWaiting = false;
  // Strokes and sliders change faster than anybody sees.
  const answerSoon = (): void => {
    if (isWaiting) return;
    isWaiting = true;
    requestAnimationFrame(() => {
      isWaiting = false;
      answer();
    });
  };

  const inputs = part.inputs.map((input) => {
    const view = inputViewOf(input, {
      player,
      part,
      examples,
      isAlone: part.inputs.length === 1,
      change(numbers) {
        shown = null;
        strip?.mark(null);
        values.set(input.name, numbers);
        answerSoon();
      },
    });
    values.set(input.name, view.initial);
    return { input, view };
  });
  const show = (example: number): void => {
    for (const { input, view } of inputs) {
      const numbers = examples.input(input.name, example);
      if (!numbers) continue;
      values.set(input.name, numbers);
      view.show(numbers);
    }
    shown = example;
    strip?.mark(example);
    answerSoon();
  };
  const strip = exampleStrip(part, examples, show);
  const sheet = sheetOf(player, part, (latents) => {
    for (const { input, view } of inputs) {
      const numbers = latents.get(input.name);
      if (!numbers) continue;
      values.set(input.name, numbers);
      view.show(numbers);
    }
    answerSoon();
  });
  const made = element(
    'section',
    {
      class: 'part',
      'aria-label': parts > 1 ? part.outputs.map(({ title }) => title).join(', ') : null,
    },
    element('div', { class: 'panel asked' }, ...inputs.map(({ view }) => view.element)),
    element(
      'div',
      { class: 'panel answered' },
      element('div', { class: 'panel-head' }, element('h2', {}, 'Answer'), elapsed),
      ...outputs.map(({ view }) => view.element),
    ),
    strip?.element ?? sheet,
  );
  // Something to see at once: the first example, or what the inputs begin with.
  if (examples.count > 0) show(0);
  else answerSoon();
  return made;
}
