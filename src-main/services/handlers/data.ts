/** Answers to calls about data: sources, what they hold, files that a page hands over or fetches. */
import { datasets } from '#engine/datasets/index.ts';
import type { DataCalls, Handlers, WriteSamplesRequest } from '#engine/protocol/index.ts';
import type { DataAccessService } from '../dataAccess.ts';
import type { DatasetsService } from '../datasets/datasets.ts';
import type { DataReader } from '../dataReader.ts';
import type { Downloads } from '../downloads.ts';
import { keepData } from '../keptFiles.ts';
import type { Uploads } from '../uploads.ts';

export interface DataServices {
  readonly dataAccess: DataAccessService;
  readonly dataReader: DataReader;
  readonly offered: DatasetsService;
  readonly downloads: Downloads;
  readonly uploads: Uploads;
  /** Where what a page hands over is kept. */
  readonly stateFolder: string;
}

export function dataHandlers({
  dataAccess,
  dataReader,
  offered,
  downloads,
  uploads,
  stateFolder,
}: DataServices): Handlers<DataCalls> {
  return {
    'datasets.list': () =>
      [...datasets.values()].map(
        ({ id, label, doc, group, path, endings, rowsAs, options: schema }) => ({
          id,
          label,
          doc,
          group,
          options: schema,
          ...(path === undefined ? {} : { path }),
          ...(endings && { endings }),
          ...(rowsAs !== undefined && { rowsAs }),
        }),
      ),
    'datasets.describe': ({ project = null, ...request }) =>
      dataAccess.reading(project, (access) => dataReader.describe({ ...request, access })),
    'datasets.profile': ({ project = null, ...request }) =>
      dataAccess.reading(project, (access) => dataReader.profile({ ...request, access })),
    'datasets.previewTable': ({ project = null, ...request }) =>
      dataAccess.reading(project, (access) => dataReader.previewTable({ ...request, access })),
    'datasets.export': ({ project = null, ...request }) =>
      dataAccess.reading(project, (access) =>
        downloads.make(preparedName(request), async (path) => {
          await dataReader.writeSamples({ ...request, access, path });
        }),
      ),
    'datasets.stopReading': ({ source }) => (dataReader.stop(source), null),
    'datasets.keep': async ({ id, ...request }) => {
      try {
        return await keepData(stateFolder, await uploads.path(id), request);
      } finally {
        await uploads.drop(id);
      }
    },
    'datasets.allow': async ({ project, path }) => (await dataAccess.allow(project, path), null),
    'datasets.offered': () => offered.list(),
    'datasets.get': ({ id }) => offered.get(id),
    'datasets.cancel': ({ id }) => (offered.cancel(id), null),
    'uploads.begin': async ({ sizeBytes }) => ({ id: await uploads.begin(sizeBytes) }),
    'uploads.append': async ({ id, bytes }) => (await uploads.append(id, bytes), null),
    'downloads.read': ({ id, from }) => downloads.read(id, from),
    'downloads.drop': async ({ id }) => (await downloads.drop(id), null),
  };
}

/** After its file or folder: `sales-prepared.csv`. */
function preparedName({ source, format }: Pick<WriteSamplesRequest, 'source' | 'format'>): string {
  const name = source.split(/[/\\:]/).at(-1) ?? '';
  return `${name.replace(/\.[a-z0-9.]+$/i, '') || 'data'}-prepared.${format}`;
}
