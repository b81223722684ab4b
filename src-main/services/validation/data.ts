/** Inputs of calls about data. */
import { z } from 'zod';
import type { DataCalls } from '#engine/protocol/index.ts';
import { nothing, path } from './common.ts';

const datasetId = z.string().min(1).max(100);
/** As of a document; what does not fit is refused where rows are split. */
const share = z.number().min(0).max(0.9);
const count = z.int().min(0);
const split = z.strictObject({
  kind: z.enum(['random', 'stratified', 'byGroup', 'byTime', 'byColumn']).exactOptional(),
  ...{ validation: share, test: share },
  ...{ folds: count.exactOptional(), fold: count.min(1).exactOptional() },
  maxRows: count.exactOptional(),
});

export const dataSchemas = {
  'datasets.list': nothing,
  'datasets.describe': z.strictObject({
    source: z.string().min(1).max(4096),
    options: z.record(z.string(), z.json()),
    previewCount: z.int().min(0).max(100),
    project: path.optional(),
  }),
  'datasets.profile': z.strictObject({
    source: z.string().min(1).max(4096),
    options: z.record(z.string(), z.json()),
    rowsShown: z.int().min(0).max(200),
    split: split.exactOptional(),
    seed: z.int().exactOptional(),
    project: path.optional(),
  }),
  'datasets.previewTable': z.strictObject({
    source: z.string().min(1).max(4096),
    options: z.record(z.string(), z.json()),
    split,
    seed: z.int(),
    rows: z.int().min(0).max(200),
    normalise: z.enum(['auto', 'none', 'unit', 'standardise']).exactOptional(),
    project: path.optional(),
  }),
  'datasets.export': z.strictObject({
    source: z.string().min(1).max(4096),
    options: z.record(z.string(), z.json()),
    split,
    seed: z.int(),
    format: z.enum(['csv', 'npz']),
    project: path.optional(),
  }),
  'datasets.stopReading': z.strictObject({ source: z.string().min(1).max(4096) }),
  'datasets.keep': z.strictObject({
    id: z.uuid(),
    name: z.string().min(1).max(1000),
    isFolder: z.boolean(),
    files: z.array(z.strictObject({ path: z.string().min(1).max(4096), sizeBytes: count })),
  }),
  'datasets.allow': z.strictObject({ project: path, path }),
  'datasets.offered': nothing,
  'datasets.get': z.strictObject({ id: datasetId }),
  'datasets.cancel': z.strictObject({ id: datasetId }),
  'uploads.begin': z.strictObject({ sizeBytes: z.int().min(0) }),
  'uploads.append': z.strictObject({ id: z.uuid(), bytes: z.instanceof(Uint8Array) }),
  'downloads.read': z.strictObject({ id: z.uuid(), from: z.int().min(0) }),
  'downloads.drop': z.strictObject({ id: z.uuid() }),
} satisfies Record<keyof DataCalls, z.ZodType>;
