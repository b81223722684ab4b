/** A page that runs the model in any browser, without a server or a network. */
import { parseFittedData } from '#engine/training/fittedData.ts';
import { defineModelFormat } from '../define.ts';
import { playerHtml } from '../player/html.ts';
import type { PlayerPlace } from '../player/model.ts';
import { playerRunner } from '../player/runner.ts';
import { writePlayerModel } from '../player/writeModel.ts';
import { type ExportSource, weightBytes } from '../source.ts';
import { inputError } from '#engine/ir/problem.ts';
import { own } from '#engine/ir/record.ts';
import type { ExportPort } from '#engine/protocol/exportContract.ts';

/** In base64 more is no text that browsers hold in one piece. */
const MOST_WEIGHT_BYTES = 300 * 2 ** 20;

const hasRecipe = ({ dataMetadata }: ExportSource): boolean =>
  (parseFittedData(dataMetadata, 'weights')?.table?.recipe?.steps.length ?? 0) > 0;

export default defineModelFormat({
  id: 'html',
  order: 4,
  label: 'HTML page',
  doc: 'runs in any browser',
  extension: 'html',
  mediaType: 'text/html',
  options: {
    examples: {
      kind: 'int',
      label: 'Examples',
      default: 12,
      min: 0,
      max: 100,
      zero: 'None',
      help: 'Samples of the validation part that go along, to be tried. They are readable by whoever has the page.',
    },
  },
  isProven: true,
  runner: playerRunner,
  activates: () => true,
  async write(source, options, context) {
    if (weightBytes(source) > MOST_WEIGHT_BYTES) {
      throw inputError('export.too-large', 'A page holds at most 300 MB of weights.', {
        explanation: 'ONNX and safetensors hold more.',
      });
    }
    const { model, leftOut } = await writePlayerModel(source, context, options);
    const html = playerHtml(model, await context.playerBundle());
    const bytes = new TextEncoder().encode(html);
    const port = (
      { name, shape }: { readonly name: string; readonly shape: readonly number[] },
      places: Readonly<Record<string, PlayerPlace>> = {},
    ): ExportPort => ({ name, dtype: own(places, name)?.dtype ?? 'f32', shape: [null, ...shape] });
    return {
      bytes,
      notes: [
        'It opens from a disk and loads nothing; nothing that is given to it leaves it.',
        ...(hasRecipe(source)
          ? ['It is given what the recipe makes of the columns of the table, not their cells.']
          : []),
      ],
      runnable: {
        ...{ bytes, leftOut, operators: new Map<string, number>() },
        weightBytes: weightBytes(source),
        takes: model.parts.flatMap(({ inputs }) => inputs.map(({ name }) => name)),
        ...{ columns: null, classNames: [] },
        inputs: model.parts.flatMap(({ inputs, answers: [program] }) =>
          inputs.map((input) => port(input, program?.inputs)),
        ),
        outputs: model.parts.flatMap(({ outputs, answers: [program] }) =>
          outputs.map((output) => port(output, program?.outputs)),
        ),
      },
    };
  },
});
