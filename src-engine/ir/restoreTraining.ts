/**
 * Training settings from JSON, one by one: a setting that does not fit is reported and takes its default,
 * and the others stand. The rules are those of the schema in document.ts.
 */
import { type TrainingSettings, trainingSettings } from './document.ts';
import type { Problem } from './problem.ts';
import { nearest } from './readAttrs.ts';

interface RestoredTraining {
  readonly training: TrainingSettings;
  readonly problems: readonly Problem[];
}

const settings = trainingSettings.shape;
type SettingName = keyof typeof settings;
const isSetting = (name: string): name is SettingName => Object.hasOwn(settings, name);

/** zod's issue codes that are more than a wrong type. */
const CODES: Readonly<Record<string, string>> = {
  too_big: 'document.range',
  too_small: 'document.range',
  unrecognized_keys: 'document.unknown-key',
};

export function restoreTraining(input: unknown): RestoredTraining {
  const defaults = trainingSettings.parse({});
  if (input === undefined) return { training: defaults, problems: [] };
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    const message = 'training must be an object; its defaults are taken.';
    return {
      training: defaults,
      problems: [{ code: 'document.type', severity: 'error', path: 'training', message }],
    };
  }
  const problems: Problem[] = [];
  const accepted: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(input)) {
    if (!isSetting(name)) {
      const meant = nearest(name, Object.keys(settings));
      problems.push({
        code: 'document.unknown-key',
        severity: 'warning',
        path: `training.${name}`,
        message: `training.${name} has no meaning here.${meant === undefined ? '' : ` Did you mean ${meant}?`}`,
      });
      continue;
    }
    const read = settings[name].safeParse(value);
    if (read.success) {
      accepted[name] = read.data;
      continue;
    }
    for (const issue of read.error.issues) {
      const path = issue.path.reduce<string>(
        (text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}.${String(part)}`),
        `training.${name}`,
      );
      problems.push({
        code: CODES[issue.code] ?? 'document.type',
        severity: 'error',
        path,
        message: `${path}: ${issue.message}. The default is taken.`,
      });
    }
  }
  return { training: { ...trainingSettings.parse(accepted) }, problems };
}
