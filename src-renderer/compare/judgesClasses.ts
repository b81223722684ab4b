/** Whether one of the losses of a run judges classes, by what its nodes are. */
import { layers } from '#engine/layers/index.ts';
import type { RunRow } from '#engine/protocol/run.ts';

export const judgesClasses = ({ settings }: RunRow): boolean =>
  Object.values(settings).some(
    (value) => typeof value === 'string' && layers.get(value)?.classify !== undefined,
  );
