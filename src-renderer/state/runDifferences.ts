/**
 * What was edited since a run was started: each difference between the document it trains and the one on the
 * canvas, with both values in words. Names, places and notes train nothing and are left out. Pure.
 */
import type { AttrSchema, JsonValue, RawAttrs } from '#engine/ir/attrs.ts';
import { wireKey, type NetworkDocument, type Objective } from '#engine/ir/document.ts';
import { attrLabel } from '#engine/ir/readAttrs.ts';
import { own } from '#engine/ir/record.ts';
import { type ComponentSetting, groupOf, type SettingSchema } from '#engine/ir/settings.ts';
import { objectiveSettings, trainingSchema } from '#engine/ir/trainingSettings.ts';
import { optimizers } from '#engine/optimizers/index.ts';
import {
  graphDifference,
  type GraphDifference,
  type WireDifference,
} from '#engine/runs/graphDifference.ts';
import { pairsById } from '#engine/runs/matchNodes.ts';
import { attrDifferences, type ValueDifference, valueWords } from '#engine/runs/values.ts';
import { schedules } from '#engine/schedules/index.ts';

export interface RunDifference extends ValueDifference {
  /** Absent for training settings. */
  readonly node?: string;
}

export function runDifferences(
  ran: NetworkDocument,
  now: NetworkDocument,
): readonly RunDifference[] {
  // Weights and what is shown of a run go by ids.
  const graph = graphDifference(ran, now, pairsById(ran, now));
  return [...nodeDifferences(graph), ...wireDifferences(graph), ...trainingDifferences(ran, now)];
}

/** `p 0.3, now 0.5`, a line of it for tooltips. */
export function differenceText({ node, label, was, now }: RunDifference): string {
  const place = node === undefined ? '' : `${node}: `;
  if (was === '') return `${place}${label} ${now}`;
  return now === '' ? `${place}${label} ${was}` : `${place}${label} ${was}, now ${now}`;
}

function nodeDifferences({ nodes }: GraphDifference): RunDifference[] {
  return nodes.flatMap(({ kind, before, after, changes }): RunDifference[] => {
    if (!before && after) {
      return [{ node: after.id, key: 'added', label: 'added', was: '', now: after.type }];
    }
    if (before && !after) {
      return [{ node: before.id, key: kind, label: 'removed', was: before.type, now: '' }];
    }
    return changes.map((each) => ({ node: after?.id ?? '', ...each }));
  });
}

/** By where they end: an input has one wire. With a node that is gone its wires are. */
function wireDifferences({ nodes, wires }: GraphDifference): RunDifference[] {
  const gone = new Set(nodes.filter(({ after }) => !after).map(({ key }) => key));
  const source = (wire: WireDifference | undefined): string =>
    wire ? `${(wire.before ?? wire.after)?.from.node}.${wire.from.port}` : 'none';
  const ends = new Map<string, { was?: WireDifference; now?: WireDifference }>();
  for (const wire of wires) {
    if (wire.kind === 'same' || gone.has(wire.to.node)) continue;
    const key = wireKey(wire);
    ends.set(key, { ...ends.get(key), [wire.kind === 'removed' ? 'was' : 'now']: wire });
  }
  return [...ends.values()].flatMap(({ was, now }): RunDifference[] => {
    const to = (now ?? was)?.to;
    if (!to || (was && !now && gone.has(was.from.node))) return [];
    const texts = { was: source(was), now: source(now) };
    return [{ node: to.node, key: `wire ${to.port}`, label: `Wire to ${to.port}`, ...texts }];
  });
}

/** Each by itself: of a group what differs in it, of what can be off whether it is. */
function valueDifferences(
  schema: SettingSchema,
  ran: object,
  now: object,
  above = '',
): RunDifference[] {
  // Settings are JSON.
  const [before, after] = [ran, now] as Readonly<Record<string, JsonValue>>[];
  return Object.entries(schema).flatMap(([name, setting]): RunDifference[] => {
    if (setting.kind === 'list') return [];
    const key = `${above}${name}`;
    const [old, is] = [own(before, name), own(after, name)];
    const group = groupOf(setting);
    if (group && isRecord(old) && isRecord(is)) {
      return valueDifferences(group.settings, old, is, `${key}.`);
    }
    const label = setting.bar?.label ?? attrLabel(name, setting);
    const [was, text] = [old, is].map((value) => (isRecord(value) ? 'on' : valueWords(value)));
    return was === undefined || text === undefined || was === text
      ? []
      : [{ key, label, was, now: text }];
  });
}

const isRecord = (value: unknown): value is object => typeof value === 'object' && value !== null;

/**
 * By the fields of the training settings, as their forms have them: what is off, which objective, what they are
 * called. Runs are compared by the paths of the document instead (runs/difference.ts).
 */
function trainingDifferences(ran: NetworkDocument, now: NetworkDocument): RunDifference[] {
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
  if (JSON.stringify(rest(ran)) !== JSON.stringify(rest(now))) {
    found.push({ key: 'trains', label: 'What is trained', was: '', now: 'changed' });
  }
  const prefix = now.name === undefined ? '' : `${now.name}: `;
  return found.map((each) => ({ ...each, label: `${prefix}${each.label}` }));
}
