/**
 * `netloom import`: a model that left as Netloom JSON, as a project and the weights beside it; with `--run`, and of
 * weights alone, as a run on record.
 */
import { basename, resolve } from 'node:path';
import { readModelJson } from '#engine/export/modelJson.ts';
import { writeSafetensors } from '#engine/export/safetensors.ts';
import { inputError } from '#engine/ir/index.ts';
import { serializeDocument } from '#engine/ir/serializeDocument.ts';
import { readRegularFile } from '#engine/platform/node.ts';
import { writeAtomic } from '#engine/platform/nodeWriting.ts';
import type { RunSummary } from '#engine/protocol/index.ts';
import { readProject } from '../services/projects.ts';
import { EXIT, print, printJson } from './output.ts';
import { withRuns } from './runs.ts';

export interface ImportOptions {
  readonly out?: string;
  /** Whose weights they are. */
  readonly project?: string;
  readonly run?: true;
  readonly json?: true;
}

const PROJECT = /(\.netloom)?\.json$/;
const WEIGHTS = /\.safetensors$/i;

export function importModel(file: string, options: ImportOptions): Promise<number> {
  if (WEIGHTS.test(file)) return importWeights(file, options);
  return options.run ? importRun(file, options) : importFiles(file, options);
}

async function importFiles(file: string, options: ImportOptions): Promise<number> {
  const { document, tensors, metadata } = readModelJson(await readRegularFile(file), file);
  const project = placeOf(file, options);
  const weights = `${project.replace(PROJECT, '')}.safetensors`;
  await writeAtomic(weights, writeSafetensors({ tensors, metadata }));
  await writeAtomic(project, new TextEncoder().encode(serializeDocument(document)));
  if (options.json) printJson({ project, weights, name: document.name });
  else {
    print(`${document.name} written to ${project}, its weights to ${weights}`);
    print(`  netloom predict ${project} --weights ${weights} --input FILE`);
  }
  return EXIT.success;
}

function importRun(file: string, options: ImportOptions): Promise<number> {
  return withRuns(async ({ models }) => {
    const { document, run } = await models.json(resolve(file), file);
    const project = placeOf(file, options);
    await writeAtomic(project, new TextEncoder().encode(serializeDocument(document)));
    tell(run, options, project);
    return EXIT.success;
  });
}

async function importWeights(file: string, options: ImportOptions): Promise<number> {
  const { project } = options;
  if (project === undefined) {
    throw inputError('import.whose-weights', 'Weights are of a network: add --project.', {
      path: file,
    });
  }
  const { document } = await readProject(project);
  return withRuns(async ({ models }) => {
    tell(await models.weights(resolve(file), document, file), options, project);
    return EXIT.success;
  });
}

const placeOf = (file: string, { out }: ImportOptions): string =>
  resolve(out ?? `${basename(file).replace(/(\.model)?\.json$/, '')}.netloom.json`);

function tell({ id, name }: RunSummary, { json }: ImportOptions, project: string): void {
  if (json) {
    printJson({ project, run: { id, name } });
    return;
  }
  print(`${name} (${id}) is a run of ${project}`);
  print(`  netloom predict ${id} --input FILE`);
}
