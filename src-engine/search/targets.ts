/**
 * What a path of a document is and how it is set: the other way round of runs/settings.ts, which reads them.
 * `target` says which values a path takes, for whoever writes or draws a search; `settingEdits` sets one.
 */
import { type Attr, defaultAttrs, type JsonValue } from '../ir/attrs.ts';
import type { DocumentNode, NetworkDocument, Objective } from '../ir/document.ts';
import type { DocumentEdit } from '../ir/edits.ts';
import { inputError } from '../ir/problem.ts';
import { nearest, readValue } from '../ir/readAttrs.ts';
import { own } from '../ir/record.ts';
import {
  defaultSettings,
  groupOf,
  type Setting,
  type SettingSchema,
  whenOn,
} from '../ir/settings.ts';
import { objectiveSettings, trainingSchema } from '../ir/trainingSettings.ts';
import { layers } from '../layers/index.ts';
import { optimizers } from '../optimizers/index.ts';
import { settingsOf } from '../runs/settings.ts';
import { schedules } from '../schedules/index.ts';
import { markedRange, partOf, repeatEdits } from './repeat.ts';

/** What must be set before what: a kind before its attributes, and all before a range is repeated. */
export type Phase = 'kind' | 'value' | 'structure';

export interface Target {
  readonly path: string;
  readonly phase: Phase;
  /** What it takes. */
  readonly attr: Attr;
  /** Null turns it off. */
  readonly canBeOff: boolean;
  /** Only a source knows its options: `attr` follows from the value that stands there, where one does. */
  readonly guessedFrom?: 'value' | 'nothing';
  edits(document: NetworkDocument, value: JsonValue): readonly DocumentEdit[];
}

/** Throws InputError where the document has no such setting. */
export function target(document: NetworkDocument, path: string): Target {
  const range = markedRange(path);
  if (range) {
    partOf(document, range);
    return {
      ...{ path, phase: 'structure', canBeOff: false },
      attr: { kind: 'int', default: 1, min: 0, max: 100, help: 'How often they stand in a row.' },
      edits: (current, value) => repeatEdits(current, range, Number(value)),
    };
  }
  if (path === BYPASSED_NODE) return ablationTarget(document);
  const found = trainingTarget(document, path) ?? nodeTarget(document, path);
  if (found) return found;
  const known = [...Object.keys(settingsOf(document)), ...document.nodes.map(({ id }) => id)];
  const near = nearest(path, known);
  throw inputError(
    'search.unknown-setting',
    `This project has no setting ${path}${near === undefined ? '.' : `; did you mean ${near}?`}`,
    { path },
  );
}

/** Refuses what the setting does not take; answers the value as it is kept. */
export function checkedValue(to: Target, value: JsonValue): JsonValue {
  const { path, attr, canBeOff, guessedFrom } = to;
  if (value === null && canBeOff) return value;
  // The source refuses it where it has to.
  if (guessedFrom === 'nothing' && typeof value !== 'object') return value;
  const read = readValue(attr, value);
  // What was read from JSON is JSON.
  if (read.ok) return read.value as JsonValue;
  throw inputError('search.value', `${path} ${read.message}`, { path });
}

const choiceOf = (options: Iterable<string>, value: string): Attr => ({
  kind: 'choice',
  default: value,
  options: [...options],
  help: 'Its kind.',
});

/** Which one node is left out: what an ablation varies. */
export const BYPASSED_NODE = 'bypassed';
/** Of the network as it is. */
export const NO_NODE = 'none';

function ablationTarget({ nodes }: NetworkDocument): Target {
  const options = [NO_NODE, ...nodes.map(({ id }) => id)];
  return {
    ...{ path: BYPASSED_NODE, phase: 'value', canBeOff: false },
    attr: { kind: 'choice', default: NO_NODE, options, help: 'The node that is left out.' },
    edits: (_, value) =>
      value === NO_NODE ? [] : [{ kind: 'setBypassed', id: text(value), bypassed: true }],
  };
}

const BYPASSED: Attr = { kind: 'bool', default: false, help: 'Passes its input on.' };

function nodeTarget(document: NetworkDocument, path: string): Target | null {
  const node = longestNode(document, path);
  if (!node) return null;
  const { id, type } = node;
  const name = path.slice(id.length + 1);
  if (name === '') {
    return {
      ...{ path, phase: 'kind', canBeOff: false },
      attr: choiceOf(alike(type), type),
      edits: (current, value) =>
        nodeOf(current, id).type === value
          ? []
          : [{ kind: 'setType', id, type: text(value), attrs: {} }],
    };
  }
  if (name === 'bypassed') {
    return {
      ...{ path, phase: 'value', canBeOff: false, attr: BYPASSED },
      edits: (_, value) => [{ kind: 'setBypassed', id, bypassed: value === true }],
    };
  }
  const schema = layers.get(type)?.attrs ?? {};
  const attr = own(schema, name);
  if (attr && attr.kind !== 'fields') {
    return {
      ...{ path, phase: 'value', attr, canBeOff: false },
      // Of another kind it may have no such attribute; there is nothing to be set then.
      edits: (current, value) =>
        Object.hasOwn(layers.get(nodeOf(current, id).type)?.attrs ?? {}, name)
          ? [{ kind: 'setAttrs', id, attrs: { [name]: value } }]
          : [],
    };
  }
  const [group = '', option = ''] = name.split('.');
  return own(schema, group)?.kind === 'options' && option !== ''
    ? optionTarget(path, node, group, option)
    : null;
}

/** An option of a data source; its kind follows from what stands there. */
function optionTarget(path: string, node: DocumentNode, group: string, option: string): Target {
  const optionsOf = ({ attrs }: DocumentNode) =>
    (own(attrs, group) ?? {}) as Readonly<Record<string, JsonValue>>;
  const now = own(optionsOf(node), option);
  const attr: Attr =
    typeof now === 'string'
      ? { kind: 'text', default: now, help: '' }
      : typeof now === 'boolean'
        ? { kind: 'bool', default: now, help: '' }
        : { kind: 'number', default: 0, help: '' };
  return {
    ...{ path, phase: 'value', attr, canBeOff: false },
    guessedFrom: now === undefined ? 'nothing' : 'value',
    edits: (current, value) => {
      const options = optionsOf(nodeOf(current, node.id));
      return [
        { kind: 'setAttrs', id: node.id, attrs: { [group]: { ...options, [option]: value } } },
      ];
    },
  };
}

/** Kinds that can stand in place of one: with the same ports. */
export function alike(type: string): readonly string[] {
  const ports = (of: string): string => {
    const layer = layers.get(of);
    return JSON.stringify(layer && [layer.ports(defaultAttrs(layer.attrs)), layer.role]);
  };
  return [...layers.keys()].filter((each) => ports(each) === ports(type));
}

/** Ids may have dots of their own. */
function longestNode({ nodes }: NetworkDocument, path: string): DocumentNode | undefined {
  return nodes
    .filter(({ id }) => path === id || path.startsWith(`${id}.`))
    .toSorted((a, b) => b.id.length - a.id.length)[0];
}

function nodeOf({ nodes }: NetworkDocument, id: string): DocumentNode {
  const node = nodes.find((each) => each.id === id);
  if (!node) throw inputError('search.unknown-node', `There is no node ${id}.`, { node: id });
  return node;
}

function trainingTarget(document: NetworkDocument, path: string): Target | null {
  const [above, ...keys] = path.split('.');
  if (above !== 'training') return null;
  const { objectives } = document.training;
  const [first = '', second = '', ...rest] = keys;
  if (first === 'objectives') return objectiveTarget(document, path, Number(second), rest);
  if (objectives.length === 1 && Object.hasOwn(objectiveSettings, first)) {
    return objectiveTarget(document, path, 0, keys);
  }
  return placedTarget(
    trainingSchema,
    path,
    keys,
    ({ training }) => training,
    (training) => [{ kind: 'setTraining', training }],
  );
}

type Component = Objective['optimizer'];
const COMPONENTS = { optimizer: optimizers, schedule: schedules } as const;
const isComponent = (key: string): key is keyof typeof COMPONENTS => Object.hasOwn(COMPONENTS, key);

function objectiveTarget(
  document: NetworkDocument,
  path: string,
  i: number,
  keys: readonly string[],
): Target | null {
  const objective = document.training.objectives[i];
  const [first = '', second] = keys;
  if (!objective) return null;
  const changed = (current: NetworkDocument, change: Partial<Objective>): DocumentEdit[] => {
    const { objectives } = current.training;
    const before = objectives[i];
    if (!before) return [];
    return [
      {
        kind: 'setTraining',
        training: { objectives: objectives.with(i, { ...before, ...change }) },
      },
    ];
  };
  if (isComponent(first)) {
    const kinds: ReadonlyMap<string, { readonly attrs: Readonly<Record<string, Attr>> }> =
      COMPONENTS[first];
    const now = (current: NetworkDocument): Component =>
      (current.training.objectives[i] ?? objective)[first];
    if (second === undefined) {
      return {
        ...{ path, phase: 'kind', canBeOff: false },
        attr: choiceOf(kinds.keys(), objective[first].type),
        // Its attributes are its own: a rate that suits one optimiser need not suit another.
        edits: (current, value) =>
          now(current).type === value
            ? []
            : changed(current, { [first]: { ...now(current), type: text(value), attrs: {} } }),
      };
    }
    const types = [objective[first].type, ...kinds.keys()];
    const attr = types.map((type) => own(kinds.get(type)?.attrs, second)).find(Boolean);
    if (attr && keys.length === 2) {
      return {
        ...{ path, phase: 'value', attr, canBeOff: false },
        edits: (current, value) => {
          const before = now(current);
          if (!Object.hasOwn(kinds.get(before.type)?.attrs ?? {}, second)) return [];
          const attrs = { ...before.attrs, [second]: value };
          return changed(current, { [first]: { ...before, attrs } });
        },
      };
    }
  }
  const schema: SettingSchema = isComponent(first)
    ? { [first]: { kind: 'group', settings: objectiveSettings[first].settings, help: '' } }
    : objectiveSettings;
  return placedTarget(
    schema,
    path,
    keys,
    (current) => current.training.objectives[i] ?? objective,
    (change, current) => changed(current, change),
  );
}

/** A setting where its schema places it; a group that was off is on with its defaults. */
function placedTarget(
  schema: SettingSchema,
  path: string,
  keys: readonly string[],
  read: (document: NetworkDocument) => object,
  write: (change: object, document: NetworkDocument) => readonly DocumentEdit[],
): Target | null {
  const setting = settingAt(schema, keys);
  const leaf = setting?.kind === 'optional' ? setting.of : setting;
  // As a whole it is on, with its defaults, or off.
  const whole = setting?.kind === 'optional' && groupOf(setting) ? setting : null;
  const attr: Attr | null =
    setting?.kind === 'metric'
      ? { kind: 'text', default: 'loss', help: setting.help }
      : whole
        ? { kind: 'bool', default: false, help: whole.help }
        : leaf && isAttr(leaf)
          ? leaf
          : null;
  if (!setting || !attr) return null;
  const canBeOff = setting.kind === 'optional' || setting.kind === 'metric';
  return {
    ...{ path, phase: 'value', attr, canBeOff },
    edits: (document, value) => {
      const [top = ''] = keys;
      const meant = whole ? (value === true ? whenOn(whole) : null) : value;
      const changed = placed(schema, read(document) as JsonRecord, keys, meant);
      return write({ [top]: own(changed, top) }, document);
    },
  };
}

/** A choice's value; it was checked before. */
const text = (value: JsonValue): string => (typeof value === 'string' ? value : '');

type JsonRecord = Readonly<Record<string, JsonValue>>;

const isAttr = (setting: Setting): setting is Attr & Setting =>
  ['int', 'number', 'bool', 'choice', 'pair', 'shape', 'text'].includes(setting.kind);

function settingAt(schema: SettingSchema, [name = '', ...rest]: readonly string[]): Setting | null {
  const setting = own(schema, name);
  if (!setting || rest.length === 0) return setting ?? null;
  const group = groupOf(setting);
  return group ? settingAt(group.settings, rest) : null;
}

function placed(
  schema: SettingSchema,
  before: JsonRecord,
  [name = '', ...rest]: readonly string[],
  value: JsonValue,
): JsonRecord {
  const setting = own(schema, name);
  const group = setting && groupOf(setting);
  if (rest.length === 0 || !group) return { ...before, [name]: value };
  const inner = own(before, name) ?? defaultSettings(group.settings);
  return { ...before, [name]: placed(group.settings, inner as JsonRecord, rest, value) };
}
