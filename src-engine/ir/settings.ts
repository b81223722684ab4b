/**
 * Settings schemas: attribute schemas and what a group of settings needs beyond them (groups, settings that
 * can be off, lists, nodes, types with attributes of their own). One schema makes the TypeScript type, the
 * defaults, the order in the file, the reading with its problems, the JSON Schema, the options of the
 * command line and the forms. What training has is in trainingSettings.ts.
 */
import type { Attr, AttrValue, JsonValue, RawAttrs } from './attrs.ts';

/** Where a setting shows beside the form of its group. */
export interface Placement {
  /** Also in the training bar, in this order. */
  readonly bar?: {
    readonly rank: number;
    /** Shorter than the form's. */
    readonly label?: string;
    /** Gives way in a narrow window. */
    readonly yields?: true;
  };
  /** Also an option of `netloom train`: `--batch <n>`. */
  readonly flag?: { readonly name: string; readonly value?: string; readonly help: string };
  /** Left out of the file where it has its default: what few documents have. */
  readonly sparse?: true;
  /** Means nothing while another setting of its group has this value: forms leave it out. */
  readonly onlyIf?: { readonly setting: string; readonly isNot: JsonValue };
}

interface CompoundBase {
  readonly label?: string;
  readonly help: string;
  readonly hidden?: boolean;
}

/** Settings that belong together: an object in the file. */
export interface GroupSetting<S extends SettingSchema = SettingSchema> extends CompoundBase {
  readonly kind: 'group';
  readonly settings: S;
}
/** Can be off, which is null in the file; on, it has what `of` says. */
export interface OptionalSetting<
  T extends Attr | GroupSetting = Attr | GroupSetting,
> extends CompoundBase {
  readonly kind: 'optional';
  readonly of: T;
}
/** A metric of validation; null leaves the choice to the program. */
export interface MetricSetting extends CompoundBase {
  readonly kind: 'metric';
}
export interface ListSetting<S extends SettingSchema = SettingSchema> extends CompoundBase {
  readonly kind: 'list';
  readonly of: S;
  readonly min: number;
  readonly max: number;
}
/** Nodes by id. */
export interface NodesSetting extends CompoundBase {
  readonly kind: 'nodes';
}
/** Nodes by id, or all there are. */
export interface SomeNodesSetting extends CompoundBase {
  readonly kind: 'someNodes';
}
/** A number for each of some nodes; `otherwise` for the rest. */
export interface FactorsSetting extends CompoundBase {
  readonly kind: 'factors';
  readonly of: Extract<Attr, { readonly kind: 'number' }>;
}
/** A type out of a registry with its attributes, and what all of them can be set to. */
export interface ComponentSetting<S extends SettingSchema = SettingSchema> extends CompoundBase {
  readonly kind: 'component';
  readonly registry: 'optimizer' | 'schedule';
  readonly type: string;
  readonly settings: S;
}
/** A text that may be absent; then there is no key. */
export interface NameSetting extends CompoundBase {
  readonly kind: 'name';
  readonly maxLength: number;
}

export type Compound =
  | GroupSetting
  | OptionalSetting
  | MetricSetting
  | ListSetting
  | NodesSetting
  | SomeNodesSetting
  | FactorsSetting
  | ComponentSetting
  | NameSetting;
export type Setting = (Attr | Compound) & Placement;
export interface SettingSchema {
  readonly [name: string]: Setting;
}

type SettingValue<T> =
  T extends OptionalSetting<infer O>
    ? SettingValue<O> | null
    : T extends GroupSetting<infer S>
      ? SettingValues<S>
      : T extends ListSetting<infer S>
        ? readonly SettingValues<S>[]
        : T extends ComponentSetting<infer S>
          ? { readonly type: string; readonly attrs: RawAttrs } & SettingValues<S>
          : T extends SomeNodesSetting
            ? 'all' | readonly string[]
            : T extends NodesSetting
              ? readonly string[]
              : T extends FactorsSetting
                ? Readonly<Record<string, number>>
                : T extends MetricSetting
                  ? string | null
                  : T extends NameSetting
                    ? string
                    : T extends Attr
                      ? AttrValue<T>
                      : never;

type NameKeys<S> = { [K in keyof S]: S[K] extends NameSetting ? K : never }[keyof S];
export type SettingValues<S> = {
  readonly [K in Exclude<keyof S, NameKeys<S>>]: SettingValue<S[K]>;
} & { readonly [K in NameKeys<S>]?: SettingValue<S[K]> };

/** Absent where a setting must be given, and of a name, which may be. */
export function defaultSetting(setting: Setting): unknown {
  switch (setting.kind) {
    case 'group':
      return defaultSettings(setting.settings);
    case 'optional':
    case 'metric':
      return null;
    case 'list':
      return Array.from({ length: setting.min }, () => defaultSettings(setting.of));
    case 'someNodes':
      return 'all';
    case 'factors':
      return {};
    case 'component':
      return { type: setting.type, attrs: {}, ...defaultSettings(setting.settings) };
    case 'nodes':
    case 'name':
      return undefined;
    default:
      return setting.default;
  }
}

export function defaultSettings<S extends SettingSchema>(schema: S): SettingValues<S> {
  const entries = Object.entries(schema)
    .map(([name, setting]) => [name, defaultSetting(setting)] as const)
    .filter(([, value]) => value !== undefined);
  // Built from the same keys that SettingValues is computed from; what must be given has no default.
  return Object.fromEntries(entries) as SettingValues<S>;
}

/** What is set when a setting that can be off is turned on. */
export const whenOn = (setting: OptionalSetting): JsonValue =>
  defaultSetting(setting.of) as JsonValue;

export interface PlacedSetting {
  /** `split.validation`: keys from the schema's top. */
  readonly path: readonly string[];
  readonly setting: Setting;
}

/** A setting and those within its groups, on or off. */
export function placedSettings(
  schema: SettingSchema,
  above: readonly string[] = [],
): PlacedSetting[] {
  return Object.entries(schema).flatMap(([name, setting]) => {
    const path = [...above, name];
    const inner = groupOf(setting);
    return [{ path, setting }, ...(inner ? placedSettings(inner.settings, path) : [])];
  });
}

/** The settings within one, where it is a group or can be one. */
export function groupOf(setting: Setting): GroupSetting | null {
  if (setting.kind === 'group') return setting;
  return setting.kind === 'optional' && setting.of.kind === 'group' ? setting.of : null;
}
