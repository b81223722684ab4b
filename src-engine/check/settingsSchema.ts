/** Settings as JSON Schema, with the attributes of every optimiser and schedule. What readSettings accepts. */
import type { AttrSchema } from '../ir/attrs.ts';
import { MAX_ID } from '../ir/limits.ts';
import { attrLabel } from '../ir/readAttrs.ts';
import {
  type ComponentSetting,
  defaultSetting,
  type Setting,
  type SettingSchema,
} from '../ir/settings.ts';
import { optimizers } from '../optimizers/index.ts';
import { schedules } from '../schedules/index.ts';
import { attrsSchema, type Json, valueSchema } from './attrsSchema.ts';

interface Described {
  readonly type: string;
  readonly doc: string;
  readonly attrs: AttrSchema;
}
const REGISTRIES: Readonly<Record<ComponentSetting['registry'], ReadonlyMap<string, Described>>> = {
  optimizer: optimizers,
  schedule: schedules,
};

/** `optimizer.Adam`: the attributes of each type of each registry. */
export function componentDefinitions(): Json {
  return Object.fromEntries(
    Object.entries(REGISTRIES).flatMap(([registry, types]) =>
      [...types.values()].map(({ type, attrs, doc }) => [
        `${registry}.${type}`,
        attrsSchema(attrs, doc),
      ]),
    ),
  );
}

export function settingsSchema(schema: SettingSchema, more: Json = {}): Json {
  const required = Object.entries(schema).flatMap(([name, { kind }]) =>
    kind === 'nodes' ? [name] : [],
  );
  return {
    type: 'object',
    properties: {
      ...more,
      ...Object.fromEntries(
        Object.entries(schema).map(([name, setting]) => [name, described(name, setting)]),
      ),
    },
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}

function described(name: string, setting: Setting): Json {
  const standard = defaultSetting(setting);
  return {
    title: attrLabel(name, setting),
    description: setting.help,
    ...(standard === undefined ? {} : { default: standard }),
    ...settingSchema(setting),
  };
}

const ID: Json = { type: 'string', minLength: 1, maxLength: MAX_ID };
const IDS: Json = { type: 'array', items: ID, minItems: 1 };

function settingSchema(setting: Setting): Json {
  switch (setting.kind) {
    case 'group':
      return settingsSchema(setting.settings);
    case 'optional':
      return { anyOf: [settingSchema(setting.of), { type: 'null' }] };
    case 'metric':
      return { anyOf: [{ type: 'string', minLength: 1, maxLength: 250 }, { type: 'null' }] };
    case 'name':
      return { type: 'string', minLength: 1, maxLength: setting.maxLength };
    case 'list': {
      const { min, max } = setting;
      return { type: 'array', items: settingsSchema(setting.of), minItems: min, maxItems: max };
    }
    case 'someNodes':
      return { anyOf: [{ const: 'all' }, IDS] };
    case 'nodes':
      return IDS;
    case 'factors':
      return { type: 'object', additionalProperties: settingSchema(setting.of) };
    case 'component':
      return componentSchema(setting);
    default:
      return valueSchema(setting);
  }
}

/** Types it does not know are allowed, as restoreDocument allows them. */
function componentSchema({ registry, settings }: ComponentSetting): Json {
  const names = [...REGISTRIES[registry].keys()];
  return {
    ...settingsSchema(settings, { type: ID, attrs: { type: 'object', default: {} } }),
    required: ['type'],
    allOf: names.map((type) => ({
      if: { properties: { type: { const: type } }, required: ['type'] },
      then: { properties: { attrs: { $ref: `#/definitions/${registry}.${type}` } } },
    })),
  };
}
