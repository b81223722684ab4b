/**
 * Settings from JSON, by their schema: defaults filled in; what does not fit is a problem with its place, and
 * refuses the whole. Another number in its place would train otherwise than its author meant.
 */
import type { Attr } from './attrs.ts';
import { isJson, isJsonObject, isObject, type JsonObject, quote } from './json.ts';
import { MAX_ID } from './limits.ts';
import type { Problem } from './problem.ts';
import { nearest, readValue } from './readAttrs.ts';
import { own } from './record.ts';
import {
  type ComponentSetting,
  defaultSetting,
  type Setting,
  type SettingSchema,
  type SettingValues,
} from './settings.ts';

export interface ReadSettings<S extends SettingSchema> {
  /** Null where something does not fit. */
  readonly values: SettingValues<S> | null;
  readonly problems: readonly Problem[];
}

/** `path` is where the settings stand in their file: `training`. */
export function readSettings<S extends SettingSchema>(
  schema: S,
  input: unknown,
  path: string,
): ReadSettings<S> {
  const reader = new SettingsReader();
  const values = reader.object(schema, input, path);
  const { problems } = reader;
  // Each key has been read as its setting says, or there is a problem.
  return { values: problems.length === 0 ? (values as SettingValues<S>) : null, problems };
}

const MAX_METRIC = 250;

class SettingsReader {
  readonly problems: Problem[] = [];

  /** All of them are read, so that all problems are told at once. */
  object(schema: SettingSchema, input: unknown, path: string, known: readonly string[] = []) {
    if (!isObject(input)) return this.#wrong(path, 'an object', input);
    const names = [...known, ...Object.keys(schema)];
    for (const name of Object.keys(input)) {
      if (!names.includes(name)) this.#unknown(path, name, names);
    }
    const entries = Object.entries(schema).map(([name, setting]) => {
      const value = own(input, name);
      const place = `${path}.${name}`;
      return [
        name,
        value === undefined ? this.#absent(setting, place) : this.#value(setting, value, place),
      ];
    });
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as JsonObject;
  }

  #absent(setting: Setting, path: string): unknown {
    if (setting.kind === 'nodes') this.#problem('missing', path, `${path} is missing.`);
    return defaultSetting(setting);
  }

  #value(setting: Setting, value: unknown, path: string): unknown {
    switch (setting.kind) {
      case 'group':
        return this.object(setting.settings, value, path);
      case 'optional':
        return value === null ? null : this.#value(setting.of, value, path);
      case 'metric':
        return value === null ? null : this.#text(value, path, MAX_METRIC);
      case 'name':
        return this.#text(value, path, setting.maxLength);
      case 'list':
        return this.#list(value, path, setting)?.map((each, i) =>
          this.object(setting.of, each, `${path}[${i}]`),
        );
      case 'someNodes':
        return value === 'all' ? value : this.#ids(value, path, '"all" or a list of node ids');
      case 'nodes':
        return this.#ids(value, path, 'a list of node ids');
      case 'factors':
        return this.#factors(setting.of, value, path);
      case 'component':
        return this.#component(setting, value, path);
      default:
        return this.#attr(setting, value, path);
    }
  }

  #attr(attr: Attr, value: unknown, path: string): unknown {
    if (!isJson(value)) return this.#wrong(path, 'plain JSON', value);
    const read = readValue(attr, value);
    if (read.ok) return read.value;
    const code = read.reason === 'range' ? 'range' : 'type';
    return this.#problem(code, path, `${path} ${read.message}`);
  }

  #text(value: unknown, path: string, maxLength: number): unknown {
    const attr = { kind: 'text', default: '', minLength: 1, maxLength, help: '' } as const;
    return this.#attr(attr, value, path);
  }

  #list(
    value: unknown,
    path: string,
    { min, max }: { readonly min: number; readonly max: number },
    wanted = 'a list',
  ): readonly unknown[] | undefined {
    if (!Array.isArray(value)) return this.#wrong(path, wanted, value);
    if (value.length >= min && value.length <= max) return value as readonly unknown[];
    const range = value.length < min ? `at least ${min}` : `at most ${max}`;
    return this.#problem('range', path, `${path} must have ${range}, not ${value.length}.`);
  }

  #ids(value: unknown, path: string, wanted: string): unknown {
    return this.#list(value, path, { min: 1, max: Infinity }, wanted)?.map((id, i) =>
      this.#text(id, `${path}[${i}]`, MAX_ID),
    );
  }

  #factors(of: Attr, value: unknown, path: string): unknown {
    if (!isObject(value)) return this.#wrong(path, 'an object of numbers by node', value);
    return Object.fromEntries(
      Object.entries(value).map(([id, each]) => [id, this.#attr(of, each, `${path}.${id}`)]),
    );
  }

  /** Whether its attributes fit is for check/ to say, which knows the type. */
  #component({ settings }: ComponentSetting, input: unknown, path: string): unknown {
    const others = this.object(settings, input, path, ['type', 'attrs']);
    if (!others || !isObject(input)) return undefined;
    const { type, attrs = {} } = input;
    if (type === undefined)
      return this.#problem('missing', `${path}.type`, `${path}.type is missing.`);
    if (!isObject(attrs) || !isJsonObject(attrs)) {
      return this.#wrong(`${path}.attrs`, 'an object of plain JSON', attrs);
    }
    return { type: this.#text(type, `${path}.type`, MAX_ID), attrs, ...others };
  }

  #unknown(path: string, name: string, names: readonly string[]): void {
    const meant = nearest(name, names);
    const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
    this.#problem('unknown-key', `${path}.${name}`, `${path}.${name} means nothing here.${hint}`);
  }

  #wrong(path: string, wanted: string, value: unknown): undefined {
    return this.#problem('type', path, `${path} must be ${wanted}, not ${quote(value)}.`);
  }

  #problem(code: string, path: string, message: string): undefined {
    this.problems.push({ code: `document.${code}`, severity: 'error', path, message });
  }
}
