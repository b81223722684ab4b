/** `netloom import`: a model that left as Netloom JSON, as a project and the weights beside it. */
import { basename, resolve } from 'node:path';
import { readModelJson } from '#engine/export/modelJson.ts';
import { writeSafetensors } from '#engine/export/safetensors.ts';
import { serializeDocument } from '#engine/ir/serializeDocument.ts';
import { readRegularFile } from '#engine/platform/node.ts';
import { writeAtomic } from '#engine/platform/nodeWriting.ts';
import { EXIT, print, printJson } from './output.ts';

export interface ImportOptions {
  readonly out?: string;
  readonly json?: true;
}

const PROJECT = /(\.netloom)?\.json$/;

export async function importModel(file: string, options: ImportOptions): Promise<number> {
  const { document, tensors, metadata } = readModelJson(await readRegularFile(file), file);
  const stem = basename(file).replace(/(\.model)?\.json$/, '');
  const project = resolve(options.out ?? `${stem}.netloom.json`);
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
