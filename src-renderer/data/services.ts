/** What the Data view asks the host for: the profile of the data that is looked at, and rows through its recipe. */
import type { DataProfile } from '#engine/protocol/profileContract.ts';
import type { SplitSettings } from '#engine/ir/batches.ts';
import type { NormaliseMode, TablePreview } from '#engine/protocol/tablePreview.ts';
import { bridge } from '../bridge/index.ts';
import { dataSources } from '../app/services.ts';
import { createAnswers, type DataQuery } from '../state/dataProfiles.ts';

/** Below the columns: as many as the highest window shows. */
export const ROWS_SHOWN = 60;

export interface Drawn {
  readonly split: SplitSettings;
  readonly seed: number;
}
const drawnOf = ({ more }: DataQuery): Drawn => more as Drawn;

export interface Scaled extends Drawn {
  readonly normalise: NormaliseMode;
}

export const profiles = createAnswers<DataProfile>(dataSources, (query, project) =>
  bridge.call('datasets.profile', {
    ...{ source: query.source, options: query.options, project },
    ...{ ...drawnOf(query), rowsShown: ROWS_SHOWN },
  }),
);

export const tablePreviews = createAnswers<TablePreview>(dataSources, (query, project) =>
  bridge.call('datasets.previewTable', {
    ...{ source: query.source, options: query.options, project },
    ...{ ...(query.more as Scaled), rows: ROWS_SHOWN },
  }),
);
