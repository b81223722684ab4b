/** Runs a page without a browser: its model is taken out of the file and answers by the page's own executor. */
import type { Batch } from '../answers.ts';
import type { FileRunner } from '../verify.ts';
import { openPlayer } from './executor.ts';
import { readPlayerHtml } from './html.ts';
import type { PlayerPart } from './model.ts';

export const playerRunner: FileRunner = {
  name: "the page's own executor",
  async open(bytes) {
    const player = await openPlayer(readPlayerHtml(new TextDecoder().decode(bytes)));
    return {
      async run(inputs) {
        const numbers = new Map([...inputs].map(([name, { data }]) => [name, data]));
        const count = Math.max(1, ...[...inputs.values()].map(({ dims }) => dims[0] ?? 1));
        const answers = player.model.parts.flatMap((part) =>
          [...player.answer(part, numbers, count)].map(
            ([name, data]) => [name, { dims: dimsOf(part, name, count), data }] as const,
          ),
        );
        return new Map(answers) satisfies Batch;
      },
      async close() {},
    };
  },
};

/** As outputs of the network are; of what a page shows only the shape of images matters. */
function dimsOf({ outputs }: PlayerPart, name: string, count: number): readonly number[] {
  const output = outputs.find((each) => each.name === name);
  return [count, ...(output?.shape ?? [])];
}
