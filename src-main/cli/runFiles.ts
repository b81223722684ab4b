/** `netloom runs export|import`: runs as files, to be kept elsewhere or taken to another machine. */
import { resolve } from 'node:path';
import type { RunImport } from '#engine/protocol/index.ts';
import { namedRun } from './findRun.ts';
import { EXIT, note, print, printJson } from './output.ts';
import { withRuns } from './runs.ts';

export interface ExportRunsOptions {
  readonly out?: string;
  readonly json?: true;
}

/** All that are named, in one file. */
export function exportRuns(
  targets: readonly string[],
  { out, json }: ExportRunsOptions,
): Promise<number> {
  return withRuns(async (service) => {
    const all = service.list();
    const ids = targets.map((target) => namedRun(all, target).id);
    const path = resolve(out ?? service.transfer.fileName(ids));
    await service.transfer.export(ids, path);
    if (json) printJson({ path, runs: ids });
    else print(path);
    return EXIT.success;
  });
}

export interface ImportRunsOptions {
  readonly asNew?: true;
  readonly json?: true;
}

const SAID: Readonly<Record<RunImport['outcome'], string>> = {
  imported: 'imported',
  'already-here': 'is here already; --as-new takes it as another run',
  restored: 'was deleted here, and is back',
};

/** Each file whole or not at all; the first that cannot be taken ends it. */
export function importRuns(
  paths: readonly string[],
  { asNew, json }: ImportRunsOptions,
): Promise<number> {
  return withRuns(async (service) => {
    const runs: RunImport[] = [];
    for (const path of paths) {
      const found = await service.transfer.import(resolve(path), { asNew: asNew === true });
      runs.push(...found);
      if (!json)
        for (const { name, runId, outcome } of found) note(`${name} (${runId}) ${SAID[outcome]}.`);
    }
    if (json)
      printJson({ runs: runs.map(({ runId: id, name, outcome }) => ({ id, name, outcome })) });
    return EXIT.success;
  });
}
