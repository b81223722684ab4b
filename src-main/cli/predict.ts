/** `netloom predict`: what a trained network answers for the samples of a .npy file. */
import { access, readFile } from 'node:fs/promises';
import { readNpy, writeNpy } from '#engine/export/npy.ts';
import { inputError } from '#engine/ir/index.ts';
import { writeAtomic } from '#engine/platform/nodeWriting.ts';
import { checkpointPath } from '#engine/training/checkpoint.ts';
import type { RunSummary } from '#engine/protocol/index.ts';
import { createNodeHost } from './host.ts';
import { EXIT, note, print, printJson } from './output.ts';

const MIN_PREFIX = 6;

export interface PredictOptions {
  readonly input: string;
  readonly weights?: string;
  readonly output?: string;
  readonly json?: true;
}

/** `target`: a project file (then weights are needed) or the id of a run. */
export async function predict(target: string, options: PredictOptions): Promise<number> {
  const { services } = createNodeHost();
  try {
    const run = findRun(services.runs.list(), target);
    const document = run
      ? services.runs.document(run.id)
      : (await services.projects.read(target)).document;
    const best = run && checkpointPath(services.runs.checkpointDir(run.id), 'best');
    const last = run && checkpointPath(services.runs.checkpointDir(run.id), 'last');
    const saved = best !== undefined && (await exists(best)) ? best : last;
    const weights = options.weights ?? saved;
    if (weights === undefined) {
      throw inputError('predict.no-weights', 'A project has no weights of its own: add --weights.');
    }
    const input = readNpy(await readBytes(options.input), options.input);
    const { outputs, notes } = await services.engine.call('predict', { document, weights, input });
    const shown = outputs.find(({ name }) => name === 'probabilities') ?? outputs[0];
    if (!shown) throw new Error('the engine answered no output');
    for (const each of notes) note(each);
    if (options.output !== undefined) {
      await writeAtomic(options.output, writeNpy(shown));
      note(`${shown.name} of shape ${shown.shape.join('x')} written to ${options.output}`);
    }
    if (options.json) {
      printJson({
        outputs: outputs.map(({ name, shape, data }) => ({ name, shape, data: [...data] })),
      });
    } else if (options.output === undefined) {
      const width = shown.data.length / (shown.shape[0] ?? 1);
      for (let row = 0; row < (shown.shape[0] ?? 0); row++) {
        const values = shown.data.subarray(row * width, (row + 1) * width);
        print(Array.from(values, (value) => value.toPrecision(4)).join(' '));
      }
    }
    return EXIT.success;
  } finally {
    await services.close();
  }
}

/** By id, by the first characters of one, or by the name of the latest run that has it. */
function findRun(runs: readonly RunSummary[], target: string): RunSummary | undefined {
  const exact = runs.find(({ id, name }) => id === target || name === target);
  if (exact || target.length < MIN_PREFIX) return exact;
  const begun = runs.filter(({ id }) => id.startsWith(target));
  return begun.length === 1 ? begun[0] : undefined;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw inputError('file.cannot-read', `The file cannot be read: ${reason}.`, { path });
  }
}
