/** Training settings from JSON, those of earlier versions included. */
import { isObject } from './json.ts';
import type { Problem } from './problem.ts';
import { readSettings } from './readSettings.ts';
import { DEFAULT_TRAINING, type TrainingSettings, trainingSchema } from './trainingSettings.ts';

/** Early stopping had a metric of its own before all that watches one shared it. */
function withMonitor(input: unknown): unknown {
  if (!isObject(input) || !isObject(input['earlyStopping'])) return input;
  const { metric, ...earlyStopping } = input['earlyStopping'];
  if (metric !== 'loss' && metric !== 'accuracy') return input;
  return { monitor: metric === 'loss' ? null : metric, ...input, earlyStopping };
}

export function restoreTraining(input: unknown): {
  readonly training: TrainingSettings;
  readonly problems: readonly Problem[];
} {
  if (input === undefined) return { training: DEFAULT_TRAINING, problems: [] };
  const { values, problems } = readSettings(trainingSchema, withMonitor(input), 'training');
  return { training: values ?? DEFAULT_TRAINING, problems };
}
