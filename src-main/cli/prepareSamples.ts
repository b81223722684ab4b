/** `netloom datasets prepare`: every sample as a network gets it, into a file for other programs. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { inputError } from '#engine/ir/index.ts';
import { DEFAULT_TRAINING, type SplitKind, trainingSchema } from '#engine/ir/trainingSettings.ts';
import type { SampleFormat } from '#engine/protocol/index.ts';
import type { DatasetOptions } from './datasets.ts';
import { withDataHost } from './host.ts';
import { EXIT, print, printJson } from './output.ts';
import { sourceRequest } from './withData.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

export const SPLIT_KINDS = trainingSchema.split.settings.kind.options;

export interface PrepareOptions extends DatasetOptions {
  readonly out: string;
  readonly split?: SplitKind;
  readonly seed?: number;
  readonly force?: true;
}

export async function prepare(source: string, options: PrepareOptions): Promise<number> {
  const format = formatOf(options.out);
  const path = resolve(options.out);
  if (existsSync(path) && options.force !== true) {
    throw inputError('samples.exists', `${options.out} is there already.`, {
      path: '--out',
      explanation: '--force writes over it.',
    });
  }
  const { split, seed } = DEFAULT_TRAINING;
  const written = await withDataHost(({ dataReader }) =>
    dataReader.writeSamples({
      ...sourceRequest(source, options),
      split: { ...split, ...(options.split && { kind: options.split }) },
      ...{ seed: options.seed ?? seed, format, path },
    }),
  );
  if (options.json) {
    printJson({ path, ...written });
    return EXIT.success;
  }
  const { numbers, train, validation, test, leftOut } = written;
  const rest = leftOut > 0 ? `, ${leftOut} in no part` : '';
  print(
    `${formatInteger(numbers)} numbers a sample; ${formatInteger(train)} to train, ${formatInteger(validation)} to validate, ${formatInteger(test)} to test${rest}`,
  );
  print(`written to ${path}`);
  return EXIT.success;
}

function formatOf(path: string): SampleFormat {
  if (/\.csv$/i.test(path)) return 'csv';
  if (/\.npz$/i.test(path)) return 'npz';
  throw inputError('samples.format', `What ${path} is to be cannot be told from its name.`, {
    path: '--out',
    explanation: "There are .csv, a table of numbers, and .npz, NumPy's arrays.",
  });
}
