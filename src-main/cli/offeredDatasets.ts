/** `netloom datasets list` and `get`: the data sets that can be had from the network. */
import { join } from 'node:path';
import type { OfferedDataset } from '#engine/protocol/index.ts';
import { DatasetsService } from '../services/datasets/datasets.ts';
import { SettingsService } from '../services/settings.ts';
import { folders } from './host.ts';
import { EXIT, print, printJson } from './output.ts';
import { createStatusLine } from './progressLine.ts';

export interface OfferedOptions {
  readonly json?: true;
}
export interface GetDatasetOptions extends OfferedOptions {
  /** Asked instead of the set's own servers, and of the mirror in the settings. */
  readonly mirror?: string;
}

const STATES = { absent: 'not here', fetching: 'being fetched', ready: 'here' } as const;

const sizeText = (bytes: number): string =>
  bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

export async function offeredDatasets(options: OfferedOptions): Promise<number> {
  const all = await serviceOf({}).list();
  if (options.json) printJson(all);
  else for (const each of all) printOffered(each);
  return EXIT.success;
}

function printOffered(offered: OfferedDataset): void {
  const { id, label, doc, licence, home, sizeBytes, haveBytes, state } = offered;
  const part = state === 'absent' && haveBytes > 0 ? `, ${sizeText(haveBytes)} of it came` : '';
  print(`${id.padEnd(20)} ${label}, ${sizeText(sizeBytes)}, ${STATES[state]}${part}`);
  print(`  ${doc}`);
  print(`  licence: ${licence.name}, ${licence.url}; home: ${home}`);
}

/** Each in turn. Interrupted by the user, what came is kept. */
export async function getDatasets(
  ids: readonly string[],
  options: GetDatasetOptions,
): Promise<number> {
  const line = createStatusLine(process.stderr);
  const service = serviceOf(options, ({ id, doneBytes, totalBytes }) =>
    line.show(`${id}: ${sizeText(doneBytes)} of ${sizeText(totalBytes)}`),
  );
  const stop = (): void => service.close();
  process.once('SIGINT', stop);
  const fetched: OfferedDataset[] = [];
  try {
    for (const id of ids) {
      const offered = await service.get(id).finally(() => line.clear());
      fetched.push(offered);
      if (options.json) continue;
      printOffered(offered);
      print(`  source: ${offered.source}`);
    }
  } finally {
    process.off('SIGINT', stop);
  }
  if (options.json) printJson(fetched);
  return EXIT.success;
}

function serviceOf(
  { mirror }: GetDatasetOptions,
  onProgress?: (progress: { id: string; doneBytes: number; totalBytes: number }) => void,
): DatasetsService {
  const { stateFolder, shippedFolder } = folders();
  const settings = new SettingsService(join(stateFolder, 'settings.json'));
  return new DatasetsService({
    ...{ stateFolder, shippedFolder },
    mirror: async () => mirror ?? (await settings.get()).datasetMirror,
    ...(onProgress && { onProgress }),
  });
}
