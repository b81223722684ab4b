/** `netloom predict`: what every head of a trained network answers for samples, given as arrays or as rows. */
import { access } from 'node:fs/promises';
import { withFields } from '#engine/export/source.ts';
import { readSafetensors, roundedText } from '#engine/export/safetensors.ts';
import { readRegularFile } from '#engine/platform/node.ts';
import {
  type Answer,
  type AnsweredTable,
  answersOf,
  tableText,
} from '#engine/training/ownSamples/answers.ts';
import { type FittedData, parseFittedData } from '#engine/training/fittedData.ts';
import { writeNpy } from '#engine/export/npy.ts';
import { inputError, type NetworkDocument } from '#engine/ir/index.ts';
import { writeAtomic } from '#engine/platform/nodeWriting.ts';
import { checkpointPath } from '#engine/training/checkpoint.ts';
import { analyse } from '#engine/check/analyse.ts';
import type { PredictOutput } from '#engine/protocol/index.ts';
import { findRun } from './findRun.ts';
import { type GenerateOptions, generateText } from './generate.ts';
import { createNodeHost, type DataHost } from './host.ts';
import { EXIT, note, print, printJson } from './output.ts';
import { predictCases } from './predictCases.ts';
import { readSamples } from './predictInput.ts';
import { type DataArguments, reconnected, withData } from './withData.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

const NPY = /\.npy$/i;

export interface PredictOptions extends DataArguments, Omit<GenerateOptions, 'input' | 'json'> {
  /** Files, with the field before them where there are several: `image=X.npy`. */
  readonly input?: readonly string[];
  /** Instead: the samples that were kept for the project of a run. */
  readonly cases?: true;
  readonly weights?: string;
  readonly output?: string;
  readonly json?: true;
}

/** `target`: a project file (then weights are needed) or the id of a run. */
export async function predict(target: string, options: PredictOptions): Promise<number> {
  const { input = [] } = options;
  if (options.generate !== undefined) return generateText(target, options);
  if (options.cases) return predictCases(target, options.json === true);
  if (input.length === 0) {
    throw inputError('predict.no-input', 'There is nothing to predict from: add --input.', {
      explanation: 'Or --cases, for the samples that were kept for the project of a run.',
    });
  }
  const { services } = createNodeHost();
  try {
    const run = findRun(services.runs.list(), target);
    const opened = run
      ? services.runs.document(run.id)
      : (await services.projects.read(target)).document;
    const best = run && checkpointPath(services.runs.checkpointDir(run.id), 'best');
    const last = run && checkpointPath(services.runs.checkpointDir(run.id), 'last');
    const saved = best !== undefined && (await exists(best)) ? best : last;
    const weights = options.weights ?? saved;
    if (weights === undefined) {
      throw inputError('predict.no-weights', 'A project has no weights of its own: add --weights.');
    }
    const { metadata, rounded } = readSafetensors(await readRegularFile(weights), weights);
    const fitted = parseFittedData(metadata, weights);
    const document = await asTrained(opened, fitted, target, options, services);
    const { inputs, table } = await readSamples(input, document, fitted, services.dataReader);
    const { outputs, notes } = await services.engine.call('predict', { document, weights, inputs });
    const answers = answersOf(analyse(document).heads, outputs);
    const said = roundedText(rounded);
    const all = [...(said === null ? [] : [said]), ...(table?.notes ?? []), ...notes];
    for (const each of all) note(each);
    const answered = table && table.answered(answers);
    if (options.output !== undefined) await writeAnswers(options.output, answers, answered);
    if (options.json) {
      printJson({
        outputs: outputs.map(({ name, shape, data }) => ({ name, shape, data: [...data] })),
        ...(table && {
          ...{ rows: table.rows, target: table.target?.name ?? null },
          ...(table.target?.classes && { classes: table.target.classes }),
          answers: answered,
        }),
      });
    } else if (options.output === undefined) {
      if (answered) process.stdout.write(tableText(answered));
      else printAnswers(answers);
    }
    return EXIT.success;
  } finally {
    await services.close();
  }
}

/** A table as one; arrays each as a file of its own, named after the head where there are several. */
async function writeAnswers(
  path: string,
  answers: readonly Answer[],
  table: AnsweredTable | null,
): Promise<void> {
  if (table && !NPY.test(path)) {
    await writeAtomic(path, new TextEncoder().encode(tableText(table)));
    note(`${formatInteger(table.rows.length)} rows with their predictions written to ${path}`);
    return;
  }
  for (const { output } of answers) {
    const named = `.${output.loss.replace(/[^\w.-]/g, '_')}.npy`;
    const own = answers.length > 1 ? path.replace(NPY, '') + named : path;
    await writeAtomic(own, writeNpy(output));
    note(`${output.name} of shape ${output.shape.join('x')} written to ${own}`);
  }
}

/**
 * The fields of the data that the weights were trained on; where they do not tell, as check and train find
 * them.
 */
async function asTrained(
  opened: NetworkDocument,
  fitted: FittedData | null,
  path: string,
  options: DataArguments,
  host: DataHost,
): Promise<NetworkDocument> {
  if (!fitted || options.data !== undefined) {
    return (await withData(opened, path, options, host)).document;
  }
  return reconnected(withFields(opened, fitted.fields)).document;
}

function printAnswers(answers: readonly Answer[]): void {
  answers.forEach(({ output }, index) => {
    if (answers.length > 1) print(`${index > 0 ? '\n' : ''}${output.name}`);
    printRows(output);
  });
}

function printRows({ shape, data }: PredictOutput): void {
  const width = data.length / (shape[0] ?? 1);
  for (let row = 0; row < (shape[0] ?? 0); row++) {
    const values = data.subarray(row * width, (row + 1) * width);
    print(Array.from(values, (value) => value.toPrecision(4)).join(' '));
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
