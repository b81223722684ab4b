/** Runs as a list has them, made up for tests. */
import type { JsonValue } from '#engine/ir/attrs.ts';
import type { RunRow } from '#engine/protocol/index.ts';
import { settingsOf } from '#engine/runs/index.ts';
import { pointsDocument } from './documents.ts';
import { runSummary } from './runFixtures.ts';

export interface GivenRun {
  readonly accuracy?: number;
  readonly loss?: number;
  readonly state?: RunRow['progress']['state'];
  readonly tags?: readonly string[];
  readonly notes?: string;
  readonly project?: string;
  /** Over those of the moons example. */
  readonly settings?: Readonly<Record<string, JsonValue>>;
}

const usual = settingsOf(pointsDocument('moons', 2, { epochs: 3, batchSize: 16, seed: 4 }));

export function runRow(id: string, given: GivenRun = {}): RunRow {
  const { accuracy, loss = 0.5, state = 'finished', tags = [], notes = '' } = given;
  const at = { step: 5, epoch: 1, timeMs: 1 };
  return {
    ...runSummary(id, state, 10),
    ...{ tags, notes, projectName: given.project ?? 'moons' },
    bests:
      accuracy === undefined
        ? {}
        : {
            validation: {
              accuracy: { value: accuracy, step: 5, epoch: 1 },
              loss: { value: loss, step: 5, epoch: 1 },
            },
          },
    last: {
      train: { split: 'train', ...at, values: { loss: 0.3 } },
      ...(accuracy === undefined
        ? {}
        : {
            validation: {
              split: 'validation' as const,
              ...at,
              values: { accuracy: accuracy - 0.01, loss },
            },
          }),
    },
    settings: { ...usual, ...given.settings },
  };
}
