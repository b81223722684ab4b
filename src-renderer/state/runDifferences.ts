/**
 * What was edited since a run was started: each difference between the document it trains and the one on the
 * canvas, with both values in words. Names, places and notes train nothing and are left out. Pure.
 */
import type { Attr, AttrSchema, JsonValue, RawAttrs } from '#engine/ir/attrs.ts';
import {
  wireKey,
  type DocumentNode,
  type NetworkDocument,
  type Objective,
} from '#engine/ir/document.ts';
import { attrLabel } from '#engine/ir/readAttrs.ts';
import { own } from '#engine/ir/record.ts';
import { type ComponentSetting, groupOf, type SettingSchema } from '#engine/ir/settings.ts';
import { objectiveSettings, trainingSchema } from '#engine/ir/trainingSettings.ts';
import { layers } from '#engine/layers/index.ts';
import { optimizers } from '#engine/optimizers/index.ts';
import { schedules } from '#engine/schedules/index.ts';

export interface RunDifference {
  /** Absent for training settings. */
  readonly node?: string;
  /** Attribute or setting: `p`, `epochs`; what else can differ is named by what it is. */
  readonly key: string;
  readonly label: string;
  /** In the run; empty where there was nothing of the kind. */
  readonly was: string;
  readonly now: string;
}

export function runDifferences(
  ran: NetworkDocument,
  now: NetworkDocument,
): readonly RunDifference[] {
  return [
    ...nodeDifferences(ran, now),
    ...wireDifferences(ran, now),
    ...settingDifferences(ran, now),
  ];
}

/** `p 0.3, now 0.5`, a line of it for tooltips. */
export function differenceText({ node, label, was, now }: RunDifference): string {
  const place = node === undefined ? '' : `${node}: `;
  if (was === '') return `${place}${label} ${now}`;
  return now === '' ? `${place}${label} ${was}` : `${place}${label} ${was}, now ${now}`;
}

function nodeDifferences(ran: NetworkDocument, now: NetworkDocument): RunDifference[] {
  const before = new Map(ran.nodes.map((node) => [node.id, node]));
  const after = new Set(now.nodes.map(({ id }) => id));
  const found: RunDifference[] = [];
  for (const node of now.nodes) {
    const old = before.get(node.id);
    if (old?.type !== node.type) {
      if (old)
        found.push({ node: node.id, key: 'type', label: 'Type', was: old.type, now: node.type });
      else found.push({ node: node.id, key: 'added', label: 'added', was: '', now: node.type });
      continue;
    }
    const schema = layers.get(node.type)?.attrs ?? {};
    for (const each of attrDifferences(schema, old.attrs, node.attrs)) {
      found.push({ node: node.id, ...each });
    }
    found.push(...switches(old, node));
  }
  for (const { id, type } of ran.nodes) {
    if (!after.has(id))
      found.push({ node: id, key: 'removed', label: 'removed', was: type, now: '' });
  }
  return found;
}

function switches(old: DocumentNode, { id, bypassed, sharesWith }: DocumentNode): RunDifference[] {
  const found: RunDifference[] = [];
  const yesNo = (value: boolean | undefined): string => (value === true ? 'yes' : 'no');
  if (yesNo(old.bypassed) !== yesNo(bypassed)) {
    const [was, now] = [yesNo(old.bypassed), yesNo(bypassed)];
    found.push({ node: id, key: 'bypassed', label: 'Bypassed', was, now });
  }
  if (JSON.stringify(old.sharesWith) !== JSON.stringify(sharesWith)) {
    const [was, now] = [old.sharesWith?.node ?? 'none', sharesWith?.node ?? 'none'];
    found.push({ node: id, key: 'sharesWith', label: 'Shares weights with', was, now });
  }
  return found;
}

/** What is not written has its default: writing it changes nothing. Fields are facts, nobody's edits. */
function attrDifferences(schema: AttrSchema, ran: RawAttrs, now: RawAttrs): RunDifference[] {
  const names = new Set([...Object.keys(ran), ...Object.keys(now)]);
  return [...names].flatMap((key) => {
    const attr: Attr | undefined = own(schema, key);
    if (attr?.kind === 'fields') return [];
    const [was, is] = [ran, now].map((attrs) => words(own(attrs, key) ?? attr?.default));
    if (was === undefined || is === undefined || was === is) return [];
    return [{ key, label: attrLabel(key, attr), was, now: is }];
  });
}

function wireDifferences(ran: NetworkDocument, now: NetworkDocument): RunDifference[] {
  const sources = ({ wires }: NetworkDocument) =>
    new Map(wires.map((wire) => [wireKey(wire), wire] as const));
  const [before, after] = [sources(ran), sources(now)];
  const ids = new Set(now.nodes.map(({ id }) => id));
  const found: RunDifference[] = [];
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [old, wire] = [before.get(key), after.get(key)];
    const at = wire?.to ?? old?.to;
    // With a node that is gone its wires are.
    if (!at || !ids.has(at.node) || (old && !ids.has(old.from.node) && !wire)) continue;
    const [was, is] = [old, wire].map((one) =>
      one ? `${one.from.node}.${one.from.port}` : 'none',
    );
    if (was === undefined || is === undefined || was === is) continue;
    found.push({
      node: at.node,
      key: `wire ${at.port}`,
      label: `Wire to ${at.port}`,
      was,
      now: is,
    });
  }
  return found;
}

/** Each by itself: of a group what differs in it, of what can be off whether it is. */
function valueDifferences(
  schema: SettingSchema,
  ran: object,
  now: object,
  above = '',
): RunDifference[] {
  const [before, after] = [ran, now] as Readonly<Record<string, unknown>>[];
  return Object.entries(schema).flatMap(([name, setting]): RunDifference[] => {
    if (setting.kind === 'list') return [];
    const key = `${above}${name}`;
    const [old, is] = [own(before, name), own(after, name)];
    const group = groupOf(setting);
    if (group && isRecord(old) && isRecord(is)) {
      return valueDifferences(group.settings, old, is, `${key}.`);
    }
    const label = setting.bar?.label ?? attrLabel(name, setting);
    const [was, text] = [old, is].map((value) => (isRecord(value) ? 'on' : words(value)));
    return was === undefined || text === undefined || was === text
      ? []
      : [{ key, label, was, now: text }];
  });
}

const isRecord = (value: unknown): value is object => typeof value === 'object' && value !== null;

function settingDifferences(ran: NetworkDocument, now: NetworkDocument): RunDifference[] {
  const found = valueDifferences(trainingSchema, ran.training, now.training).filter(
    // None set: the program's own number stands in the run.
    ({ key }) => key !== 'threads' || now.training.threads !== 0,
  );
  const [before, after] = [ran.training.objectives, now.training.objectives];
  if (before.length !== after.length) {
    const [was, is] = [before, after].map(({ length }) => String(length));
    found.push({ key: 'objectives', label: 'Objectives', was: was ?? '', now: is ?? '' });
    return found;
  }
  after.forEach((objective, i) => {
    const old = before[i];
    if (!old) return;
    for (const each of objectiveDifferences(old, objective)) {
      found.push({ ...each, key: `objectives.${i}.${each.key}` });
    }
  });
  return found;
}

/** Of an optimiser or a schedule: another one, or what is set of the same. */
function typeDifferences(
  setting: ComponentSetting,
  registry: ReadonlyMap<string, { readonly attrs: AttrSchema }>,
  ran: { readonly type: string; readonly attrs: RawAttrs },
  now: { readonly type: string; readonly attrs: RawAttrs },
): RunDifference[] {
  const key = setting.registry;
  if (ran.type !== now.type) {
    return [{ key, label: attrLabel(key, setting), was: ran.type, now: now.type }];
  }
  const schema = registry.get(now.type)?.attrs ?? {};
  const attrs = attrDifferences(schema, ran.attrs, now.attrs);
  return [
    ...attrs.map((each) => ({ ...each, key: `${key}.${each.key}` })),
    ...valueDifferences(setting.settings, ran, now, `${key}.`),
  ];
}

function objectiveDifferences(ran: Objective, now: Objective): RunDifference[] {
  const found = [
    ...typeDifferences(objectiveSettings.optimizer, optimizers, ran.optimizer, now.optimizer),
    ...typeDifferences(objectiveSettings.schedule, schedules, ran.schedule, now.schedule),
    ...valueDifferences({ every: objectiveSettings.every }, ran, now),
  ];
  const rest = ({ losses, trains, lossWeights, groups }: Objective) => ({
    losses,
    trains,
    lossWeights,
    groups,
  });
  if (words(rest(ran)) !== words(rest(now))) {
    found.push({ key: 'trains', label: 'What is trained', was: '', now: 'changed' });
  }
  const prefix = now.name === undefined ? '' : `${now.name}: `;
  return found.map((each) => ({ ...each, label: `${prefix}${each.label}` }));
}

function words(value: unknown): string {
  if (value === undefined || value === null) return 'none';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map((each: JsonValue) => words(each)).join(' × ');
  return JSON.stringify(value);
}
