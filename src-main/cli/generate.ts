/** `netloom predict RUN --generate N`: a trained network goes on with a text. */
import { decodeText } from '#engine/datasets/index.ts';
import { inputError } from '#engine/ir/index.ts';
import { readRegularFile } from '#engine/platform/node.ts';
import type { Writing } from '#engine/protocol/index.ts';
import { namedRun } from './findRun.ts';
import { createNodeHost } from './host.ts';
import { EXIT, note, print, printJson } from './output.ts';

export interface GenerateOptions {
  readonly generate?: number;
  readonly prompt?: string;
  readonly input?: readonly string[];
  readonly temperature?: number;
  readonly topK?: number;
  readonly seed?: number;
  readonly json?: true;
}

export async function generateText(target: string, options: GenerateOptions): Promise<number> {
  const { generate: count = 0, temperature = 0.8, topK = 0, seed = 1 } = options;
  const text = await beginning(options);
  const { services } = createNodeHost();
  try {
    const { id } = namedRun(services.runs.list(), target);
    const writing: Writing = { text, count, temperature, topK, seed };
    const reply = await services.trying.write({ runId: id, writing });
    for (const each of reply.notes) note(each);
    if (options.json) printJson({ run: id, given: text, text: reply.text, tokens: reply.tokens });
    else print(text + reply.text);
    return EXIT.success;
  } finally {
    await services.close();
  }
}

/** Of a file or as it was typed. */
async function beginning({ prompt, input = [] }: GenerateOptions): Promise<string> {
  const [path, ...others] = input;
  if (prompt !== undefined && path !== undefined) {
    throw inputError(
      'generate.two-beginnings',
      'A text is gone on with once: --prompt or --input.',
    );
  }
  if (others.length > 0) {
    throw inputError('generate.two-beginnings', 'Only one text is gone on with.', {
      path: others[0] ?? '',
    });
  }
  if (path === undefined) return prompt ?? '';
  return decodeText(await readRegularFile(path), path).text;
}
