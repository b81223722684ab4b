/**
 * Training settings from JSON. The rules are those of the schema in document.ts; this says where and why
 * one is broken. A wrong setting refuses the document: another number in its place would train otherwise
 * than its author meant.
 */
import { type TrainingSettings, trainingSettings } from './document.ts';
import type { Problem } from './problem.ts';
import { nearest } from './readAttrs.ts';

/** zod's issue codes that are more than a wrong type. */
const CODES: Readonly<Record<string, string>> = {
  too_big: 'document.range',
  too_small: 'document.range',
  unrecognized_keys: 'document.unknown-key',
};

/** Early stopping had a metric of its own before all that watches one shared it. */
function withMonitor(input: unknown): unknown {
  if (!isRecord(input) || !isRecord(input['earlyStopping'])) return input;
  const { metric, ...earlyStopping } = input['earlyStopping'];
  if (metric !== 'loss' && metric !== 'accuracy') return input;
  return { monitor: metric === 'loss' ? null : metric, ...input, earlyStopping };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function restoreTraining(input: unknown): {
  readonly training: TrainingSettings;
  readonly problems: readonly Problem[];
} {
  const read = trainingSettings.safeParse(input === undefined ? {} : withMonitor(input));
  if (read.success) return { training: read.data, problems: [] };
  const problems = read.error.issues.map((issue): Problem => {
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [];
    const path = [...issue.path, ...keys.slice(0, 1)].reduce<string>(
      (place, key) => (typeof key === 'number' ? `${place}[${key}]` : `${place}.${String(key)}`),
      'training',
    );
    const [unknown = ''] = keys;
    const meant = nearest(unknown, Object.keys(trainingSettings.shape));
    const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
    if (issue.message.endsWith('received undefined')) {
      return { code: 'document.missing', severity: 'error', path, message: `${path} is missing.` };
    }
    return {
      code: CODES[issue.code] ?? 'document.type',
      severity: 'error',
      path,
      message: unknown === '' ? `${path}: ${issue.message}.` : `${path} means nothing here.${hint}`,
    };
  });
  return { training: trainingSettings.parse({}), problems };
}
