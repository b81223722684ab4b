/**
 * What a run was set to, each setting by its path in the document: `fc1.outFeatures`, `training.batchSize`,
 * `training.optimizer.lr`. Defaults that the file leaves out are there, so that two runs compare by what they
 * did; names, places and notes train nothing and are not. A run is found, listed and compared by these. Pure.
 */
import type { Attr, AttrSchema, JsonValue, RawAttrs } from '../ir/attrs.ts';
import type { DocumentNode, NetworkDocument, Objective } from '../ir/document.ts';
import { own } from '../ir/record.ts';
import { groupOf, type SettingSchema } from '../ir/settings.ts';
import { objectiveSettings, trainingSchema } from '../ir/trainingSettings.ts';
import { layers } from '../layers/index.ts';
import { optimizers } from '../optimizers/index.ts';
import { schedules } from '../schedules/index.ts';

/** In the order of the document. */
export type RunSettings = Readonly<Record<string, JsonValue>>;

const TRAINING = 'training';

/** What people call the settings that they ask for most; of the only objective. */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  lr: 'training.optimizer.lr',
  batch: 'training.batchSize',
  epochs: 'training.epochs',
  seed: 'training.seed',
  optimizer: 'training.optimizer',
  schedule: 'training.schedule',
};

/** The path that a short name stands for; any other name is its own. */
export const settingPath = (name: string): string => own(SHORT_NAMES, name) ?? name;

/** How a path is called where there is room for a name only. */
export const shortName = (path: string): string =>
  Object.entries(SHORT_NAMES).find(([, long]) => long === path)?.[0] ?? path;

export const SHORT_SETTING_NAMES: readonly string[] = Object.keys(SHORT_NAMES);

export function settingsOf({ nodes, training }: NetworkDocument): RunSettings {
  return Object.fromEntries([
    ...nodes.flatMap(nodeSettings),
    ...values(trainingSchema, training, `${TRAINING}.`),
    ...training.objectives.flatMap((objective, i) =>
      objectiveValues(
        objective,
        training.objectives.length === 1 ? `${TRAINING}.` : `${TRAINING}.objectives.${i}.`,
      ),
    ),
  ]);
}

type Entry = readonly [path: string, value: JsonValue];

/** A node's kind stands under its own name: `act: Tanh`. */
function nodeSettings({ id, type, attrs, bypassed, sharesWith }: DocumentNode): Entry[] {
  return [
    [id, type],
    ...attrValues(layers.get(type)?.attrs ?? {}, attrs, `${id}.`),
    ...(bypassed === true ? [[`${id}.bypassed`, true] as const] : []),
    ...(sharesWith ? [[`${id}.sharesWith`, sharesWith.node] as const] : []),
  ];
}

/** What the schema does not know is kept too: another version may have written it. */
function attrValues(schema: AttrSchema, attrs: RawAttrs, above: string): Entry[] {
  const names = new Set([...Object.keys(schema), ...Object.keys(attrs)]);
  return [...names].flatMap((name) => {
    const attr: Attr | undefined = own(schema, name);
    // What the data turned out to be, nobody's choice.
    if (attr?.kind === 'fields') return [];
    const value = own(attrs, name) ?? attr?.default;
    return value === undefined ? [] : flat(`${above}${name}`, value);
  });
}

/** The options of a data source are settings each. */
function flat(path: string, value: JsonValue): Entry[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, value]];
  return Object.entries(value).flatMap(([name, inner]) => flat(`${path}.${name}`, inner));
}

function objectiveValues(objective: Objective, above: string): Entry[] {
  const { optimizer, schedule, ...rest } = objective;
  const { optimizer: _, schedule: __, ...others } = objectiveSettings;
  return [
    [`${above}optimizer`, optimizer.type],
    ...attrValues(
      optimizers.get(optimizer.type)?.attrs ?? {},
      optimizer.attrs,
      `${above}optimizer.`,
    ),
    [`${above}schedule`, schedule.type],
    ...attrValues(schedules.get(schedule.type)?.attrs ?? {}, schedule.attrs, `${above}schedule.`),
    ...values(objectiveSettings.schedule.settings, schedule, `${above}schedule.`),
    ...values(others, rest, above),
  ];
}

/** What is off is null, and what it would be set to is left out. */
function values(schema: SettingSchema, given: object, above: string): Entry[] {
  const record = given as Readonly<Record<string, JsonValue>>;
  return Object.entries(schema).flatMap(([name, setting]): Entry[] => {
    const value = own(record, name);
    if (name === 'objectives' || setting.kind === 'name' || value === undefined) return [];
    const path = `${above}${name}`;
    const group = groupOf(setting);
    if (group && typeof value === 'object' && value !== null) {
      return values(group.settings, value, `${path}.`);
    }
    return [[path, value]];
  });
}
