/** `netloom predict`: what a trained network answers for the samples of a .npy file or the rows of a table. */
import { access } from 'node:fs/promises';
import { readSafetensors } from '#engine/export/safetensors.ts';
import type { JsonValue } from '#engine/ir/attrs.ts';
import { readRegularFile } from '#engine/platform/node.ts';
import { type FittedData, parseFittedData } from '#engine/training/fittedData.ts';
import { readNpy, writeNpy } from '#engine/export/npy.ts';
import { inputError, type NetworkDocument } from '#engine/ir/index.ts';
import { writeAtomic } from '#engine/platform/nodeWriting.ts';
import { checkpointPath } from '#engine/training/checkpoint.ts';
import type { RunSummary } from '#engine/protocol/index.ts';
import { createNodeHost, type DataHost } from './host.ts';
import { EXIT, note, print, printJson } from './output.ts';
import { type Answers, answerTable, readTableInput, tableText } from './predictTable.ts';
import { type DataArguments, reconnected, withData } from './withData.ts';

const MIN_PREFIX = 6;

export interface PredictOptions extends DataArguments {
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
    const { metadata } = readSafetensors(await readRegularFile(weights), weights);
    const fitted = parseFittedData(metadata, weights);
    const document = await withFields(opened, fitted, target, options, services);
    const bytes = await readRegularFile(options.input);
    const table = isNpy(bytes) ? null : readTableInput(bytes, options.input, document, fitted);
    const input = table ? table.input : readNpy(bytes, options.input);
    const { outputs, notes } = await services.engine.call('predict', { document, weights, input });
    const shown = outputs.find(({ name }) => name === 'probabilities') ?? outputs[0];
    if (!shown) throw new Error('the engine answered no output');
    for (const each of [...(table?.notes ?? []), ...notes]) note(each);
    const answered = table && answerTable(table, shown);
    if (options.output !== undefined) {
      const asTable = answered && !options.output.toLowerCase().endsWith('.npy');
      const content = asTable ? new TextEncoder().encode(tableText(answered)) : writeNpy(shown);
      await writeAtomic(options.output, content);
      const what = asTable
        ? `${answered.rows.length} rows with their predictions`
        : `${shown.name} of shape ${shown.shape.join('x')}`;
      note(`${what} written to ${options.output}`);
    }
    if (options.json) {
      printJson({
        outputs: outputs.map(({ name, shape, data }) => ({ name, shape, data: [...data] })),
        ...(table && {
          ...{ rows: table.rows, target: table.table.target?.name ?? null },
          ...(table.table.target?.classes && { classes: table.table.target.classes }),
        }),
      });
    } else if (options.output === undefined) {
      if (answered) process.stdout.write(tableText(answered));
      else printRows(shown);
    }
    return EXIT.success;
  } finally {
    await services.close();
  }
}

/** By its first byte, which no text has. */
const isNpy = (bytes: Uint8Array): boolean => bytes[0] === 0x93;

/**
 * The fields of the data that the weights were trained on; where they do not tell, as check and train find
 * them.
 */
async function withFields(
  opened: NetworkDocument,
  fitted: FittedData | null,
  path: string,
  options: DataArguments,
  host: DataHost,
): Promise<NetworkDocument> {
  if (!fitted || options.data !== undefined) {
    return (await withData(opened, path, options, host)).document;
  }
  // Plain JSON, without absent properties.
  const fields = JSON.parse(JSON.stringify(fitted.fields)) as JsonValue;
  const nodes = opened.nodes.map((node) =>
    node.type === 'Data' ? { ...node, attrs: { ...node.attrs, fields } } : node,
  );
  return reconnected({ ...opened, nodes }).document;
}

function printRows({ shape, data }: Answers): void {
  const width = data.length / (shape[0] ?? 1);
  for (let row = 0; row < (shape[0] ?? 0); row++) {
    const values = data.subarray(row * width, (row + 1) * width);
    print(Array.from(values, (value) => value.toPrecision(4)).join(' '));
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
