/** Edits of objectives and of the groups their parameters are trained in, and what is read of them. */
import type { Analysis } from '#engine/check/analysis.ts';
import { objectiveName, type ObjectivePart, weightOwners } from '#engine/check/objectiveParts.ts';
import type { Objective, ParameterGroup } from '#engine/ir/document.ts';
import { defaultSettings } from '#engine/ir/settings.ts';
import { parameterGroupSettings } from '#engine/ir/trainingSettings.ts';
import type { DocumentStore } from '../state/document.ts';
import type { ChangeKind } from '../ui/NumberField.tsx';
import { setTraining } from './settings.ts';

export function setObjective(
  documents: DocumentStore,
  index: number,
  change: Partial<Objective>,
  label: string,
  kind: ChangeKind = 'done',
): void {
  const { objectives } = documents.getState().document.training;
  const changed = objectives.map((each, i) => (i === index ? { ...each, ...change } : each));
  setTraining(documents, { objectives: changed }, label, kind);
}

/** Another one takes over the last loss of those that have several; else the user says which. */
export function addObjective(documents: DocumentStore): void {
  const { document, analysis } = documents.getState();
  const { objectives } = document.training;
  const names = new Set(analysis.objectives.map(objectiveName));
  let n = objectives.length + 1;
  while (names.has(`Objective ${n}`)) n += 1;
  const donor = analysis.objectives.findLast(({ losses }) => losses.length > 1);
  const loss = donor?.losses.at(-1) ?? analysis.lossNodes.at(-1);
  const kept = objectives.map((each, i) =>
    i === donor?.index ? { ...each, losses: donor.losses.slice(0, -1) } : each,
  );
  const added: Objective = {
    name: `Objective ${n}`,
    losses: loss === undefined ? 'all' : [loss],
    trains: 'all',
    lossWeights: {},
    groups: [],
    every: 1,
    optimizer: { type: 'Adam', attrs: {} },
    schedule: { type: 'ConstantLR', attrs: {}, warmupEpochs: 0 },
  };
  setTraining(documents, { objectives: [...kept, added] }, 'Add objective');
}

export function removeObjective(documents: DocumentStore, index: number): void {
  const { objectives } = documents.getState().document.training;
  setTraining(documents, { objectives: objectives.toSpliced(index, 1) }, 'Remove objective');
}

/** A letter and a colour, so that one can tell them apart by either. */
export interface ObjectiveMark {
  readonly index: number;
  readonly name: string;
  readonly letter: string;
  readonly color: string;
}

const COLORS = 5;
export const objectiveToken = (index: number): string => `var(--objective-${(index % COLORS) + 1})`;

/** The first letters of their names where these are different, else A, B, C. */
export function objectiveMarks({ objectives }: Analysis): readonly ObjectiveMark[] {
  const names = objectives.map(objectiveName);
  const initials = names.map((name) => name.charAt(0).toUpperCase());
  const clear = new Set(initials).size === initials.length;
  return names.map((name, index) => ({
    index,
    name,
    letter: (clear ? initials[index] : undefined) ?? String.fromCharCode(65 + (index % 26)),
    color: objectiveToken(index),
  }));
}

/** Nodes whose weights it changes. */
export const trainedNodes = (part: ObjectivePart): readonly string[] =>
  part.groups.flatMap(({ nodes }) => nodes);

export interface NodeTraining {
  /** Those that train its weights, or that it is a loss of; none where nothing does. */
  readonly objectives: readonly number[];
  readonly frozen: boolean;
  /** Settings of its own, where it has them. */
  readonly group: ParameterGroup | null;
}

/** How the weights that a node computes with are trained. */
export function nodeTraining({ nodes, objectives }: Analysis, id: string): NodeTraining {
  const node = nodes.get(id);
  const owners = weightOwners(node);
  const within = (list: readonly string[]): boolean => owners.some((owner) => list.includes(owner));
  const trains = (part: ObjectivePart): boolean =>
    part.losses.includes(id) || part.groups.some((group) => within(group.nodes));
  const holding = objectives.flatMap((part) => part.groups).find((group) => within(group.nodes));
  const freezing = objectives.find((part) => within(part.frozen));
  const groups = freezing?.objective.groups ?? [];
  const frozenBy = groups.find((group) => group.frozen && within(group.nodes));
  return {
    objectives: objectives.filter(trains).map(({ index }) => index),
    frozen: freezing !== undefined,
    group: frozenBy ?? holding?.settings ?? null,
  };
}

/** Gives nodes settings of their own; a group that is as the rest goes. */
export function setNodeGroup(
  documents: DocumentStore,
  ids: readonly string[],
  change: Partial<Omit<ParameterGroup, 'nodes'>>,
  label: string,
  kind: ChangeKind = 'done',
): void {
  const { document } = documents.getState();
  const objectives = document.training.objectives.map((objective) => {
    const mine = ids.filter((id) => objective.trains === 'all' || objective.trains.includes(id));
    return mine.length === 0
      ? objective
      : { ...objective, groups: regrouped(objective.groups, mine, change) };
  });
  setTraining(documents, { objectives }, label, kind);
}

const { nodes: _none, ...PLAIN } = defaultSettings(parameterGroupSettings);
const settingsOf = (settings: Omit<ParameterGroup, 'nodes'>): string =>
  JSON.stringify({ ...PLAIN, ...settings }, Object.keys(PLAIN));

export function regrouped(
  groups: readonly ParameterGroup[],
  ids: readonly string[],
  change: Partial<Omit<ParameterGroup, 'nodes'>>,
): ParameterGroup[] {
  const before = new Map(
    groups.flatMap(({ nodes, ...settings }) => nodes.map((id) => [id, settings] as const)),
  );
  for (const id of ids) before.set(id, { ...PLAIN, ...before.get(id), ...change });
  const found = new Map<string, ParameterGroup>();
  for (const [id, settings] of before) {
    const key = settingsOf(settings);
    if (key === settingsOf(PLAIN)) continue;
    const group = found.get(key);
    found.set(key, { ...settings, nodes: [...(group?.nodes ?? []), id] });
  }
  return [...found.values()];
}
