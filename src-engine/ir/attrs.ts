/**
 * Attribute schemas: what a layer, optimiser, schedule or data source can be set to. One schema feeds
 * the inspector's form, document validation, defaults and the TypeScript type of the values.
 * Values are plain JSON, named as PyTorch names them, in camel case.
 */

interface AttrBase {
  /** Shown before the field; derived from the key (`outFeatures` -> "Out features") when absent. */
  readonly label?: string;
  /** One sentence for the tooltip and the generated reference. */
  readonly help: string;
  readonly unit?: string;
  /** Rarely changed: folded away in the form. */
  readonly advanced?: boolean;
  /** Kept in the document, never shown in a form. */
  readonly hidden?: boolean;
}

export interface IntAttr extends AttrBase {
  readonly kind: 'int';
  readonly default: number;
  readonly min?: number;
  readonly max?: number;
  /** What 0 is called in a form where it stands for a choice: `Automatic`. */
  readonly zero?: string;
}
export interface NumberAttr extends AttrBase {
  readonly kind: 'number';
  readonly default: number;
  readonly min?: number;
  readonly max?: number;
  /** Larger than this, which is no value itself. */
  readonly above?: number;
  /** Drag and arrow keys multiply instead of add (learning rates). */
  readonly logarithmic?: boolean;
}
export interface BoolAttr extends AttrBase {
  readonly kind: 'bool';
  readonly default: boolean;
}
export interface ChoiceAttr<T extends string = string> extends AttrBase {
  readonly kind: 'choice';
  readonly default: T;
  readonly options: readonly T[];
  readonly optionLabels?: Readonly<Record<string, string>>;
}
/** A size per image axis, `[height, width]`. */
export interface PairAttr extends AttrBase {
  readonly kind: 'pair';
  readonly default: readonly [number, number];
  readonly min?: number;
}
/** A list of sizes, `[3, 28, 28]`. */
export interface ShapeAttr extends AttrBase {
  readonly kind: 'shape';
  readonly default: readonly number[];
}
/** A list of numbers, such as a weight for each class: `[1, 0.5, 4]`. */
export interface NumbersAttr extends AttrBase {
  readonly kind: 'numbers';
  readonly default: readonly number[];
  /** Of each. */
  readonly min?: number;
}
export interface TextAttr extends AttrBase {
  readonly kind: 'text';
  readonly default: string;
  /** Characters. */
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly multiline?: boolean;
  /** It names a file: in the folder of the source, which is a file itself, or in the source, which is a folder. */
  readonly file?: 'beside' | 'within';
}
/** A data source reference: `digits`, `moons`, `idx:FOLDER`, `csv:FILE`. */
export interface SourceAttr extends AttrBase {
  readonly kind: 'source';
  readonly default: string;
}
/** Free JSON object whose schema the chosen data source owns. */
export interface OptionsAttr extends AttrBase {
  readonly kind: 'options';
  readonly default: Readonly<Record<string, JsonValue>>;
}
/** The fields a data source offers, cached in the document so that shapes are known without it. */
export interface FieldsAttr extends AttrBase {
  readonly kind: 'fields';
  readonly default: readonly DataField[];
}
/** Names of things that only the data know, such as columns of a table: `["Age", "Fare"]`. */
export interface NamesAttr extends AttrBase {
  readonly kind: 'names';
  readonly default: readonly string[];
}
/** What is done one after another, each step an entry of a registry: `[{ "step": "flip", "chance": 0.5 }]`. */
export interface StepsAttr extends AttrBase {
  readonly kind: 'steps';
  readonly default: readonly Step[];
  /** What steps there are, by name. */
  readonly steps: Readonly<Record<string, StepSchema>>;
}
export interface StepSchema {
  readonly label: string;
  readonly help: string;
  /** No step has an attribute `step` or `off`. */
  readonly attrs: AttrSchema;
}
/** One of a list of steps: its name, its attributes beside it, and `off: true` where it is kept but not done. */
export type Step = { readonly step: string } & Readonly<Record<string, JsonValue>>;

export type Attr =
  | IntAttr
  | NumberAttr
  | BoolAttr
  | ChoiceAttr
  | PairAttr
  | ShapeAttr
  | NumbersAttr
  | TextAttr
  | SourceAttr
  | OptionsAttr
  | FieldsAttr
  | NamesAttr
  | StepsAttr;
export type AttrKind = Attr['kind'];
export type AttrSchema = Readonly<Record<string, Attr>>;

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** The lowest and the highest number, both included. */
export type Interval = readonly [low: number, high: number];

/** One column group of a data source, per sample: a 1x28x28 image, a label, 13 features. */
export interface DataField {
  readonly name: string;
  /** `input` fields are normalised; `label` (class index, i32) and `target` (numbers) are not. */
  readonly role: 'input' | 'label' | 'target';
  readonly dtype: 'f32' | 'i32';
  /** Without the batch dimension; `[]` for one number per sample. */
  readonly shape: readonly number[];
  /** For labels: how many classes, and their names where the source knows them. */
  readonly classes?: number;
  readonly classNames?: readonly string[];
  /** Of a target whose numbers are 0 or 1: the labels that a sample has or has not, several of them or none. */
  readonly labels?: readonly string[];
  /** Of numbers that are not normalised: about what they lie in, noise aside, where the source knows it. */
  readonly range?: Interval;
}

/** Fields as the document holds them: plain JSON, without absent properties. */
export const plainFields = (fields: readonly DataField[]): JsonValue =>
  fields.map((field) => ({ ...field }));

export type AttrValue<A extends Attr> =
  A extends ChoiceAttr<infer T>
    ? T
    : A extends PairAttr
      ? readonly [number, number]
      : A extends IntAttr | NumberAttr
        ? number
        : A extends BoolAttr
          ? boolean
          : A extends ShapeAttr | NumbersAttr
            ? readonly number[]
            : A extends TextAttr | SourceAttr
              ? string
              : A extends OptionsAttr
                ? Readonly<Record<string, JsonValue>>
                : A extends NamesAttr
                  ? readonly string[]
                  : A extends StepsAttr
                    ? readonly Step[]
                    : readonly DataField[];

export type AttrValues<S extends AttrSchema> = { readonly [K in keyof S]: AttrValue<S[K]> };
/** Attribute values before they are known to fit a schema. */
export type RawAttrs = Readonly<Record<string, JsonValue>>;

export function defaultAttrs<S extends AttrSchema>(schema: S): AttrValues<S> {
  const entries = Object.entries(schema).map(([name, attr]) => [name, attr.default]);
  // Built from the same keys and defaults that AttrValues is computed from.
  return Object.fromEntries(entries) as AttrValues<S>;
}
