/** Settings as the plain JSON of a file: in the schema's order, sparse ones left out where they are as ever. */
import type { JsonObject } from './json.ts';
import { own } from './record.ts';
import { defaultSetting, type Setting, type SettingSchema } from './settings.ts';

export function settingsJson(schema: SettingSchema, values: JsonObject): JsonObject {
  const entries = Object.entries(schema).flatMap(([name, setting]) => {
    const value = own(values, name);
    if (value === undefined || (setting.sparse && isDefault(setting, value))) return [];
    return [[name, settingJson(setting, value)] as const];
  });
  return Object.fromEntries(entries);
}

const isDefault = (setting: Setting, value: unknown): boolean =>
  JSON.stringify(settingJson(setting, value)) ===
  JSON.stringify(settingJson(setting, defaultSetting(setting)));

/** Values of the kind their setting says: the document's type sees to it. */
function settingJson(setting: Setting, value: unknown): unknown {
  switch (setting.kind) {
    case 'group':
      return settingsJson(setting.settings, value as JsonObject);
    case 'optional':
      return value === null ? null : settingJson(setting.of, value);
    case 'list':
      return (value as readonly JsonObject[]).map((each) => settingsJson(setting.of, each));
    case 'component': {
      const { type, attrs } = value as JsonObject;
      return { type, attrs, ...settingsJson(setting.settings, value as JsonObject) };
    }
    default:
      return value;
  }
}
