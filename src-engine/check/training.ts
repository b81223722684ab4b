/**
 * The training settings against the graph: losses and nodes that objectives and groups name, what two of
 * them would train at once, optimisers and schedules with their attributes.
 */
import type { AttrSchema } from '../ir/attrs.ts';
import type { NetworkDocument, Objective, ParameterGroup } from '../ir/document.ts';
import type { DocumentEdit } from '../ir/edits.ts';
import type { Problem } from '../ir/problem.ts';
import { attrLabel, nearest, readAttrs } from '../ir/readAttrs.ts';
import { own } from '../ir/record.ts';
import { MOST_TURNS, turnsOf } from '../ir/turns.ts';
import { optimizers } from '../optimizers/index.ts';
import { schedules } from '../schedules/index.ts';
import type { CheckContext } from './context.ts';
import type { ObjectivePart } from './objectiveParts.ts';
import { isUnknownLoss } from './unknownLayer.ts';

export function checkTraining(context: CheckContext): readonly Problem[] {
  const { document, objectives } = context;
  return [
    ...objectives.flatMap((part) => [
      ...unknownNodes(context, part),
      ...idle(context, part),
      ...componentProblems(document, part.index, OPTIMIZER),
      ...componentProblems(document, part.index, SCHEDULE),
    ]),
    ...unusedLosses(context),
    ...trainedTwice(context),
    ...turns(document),
  ];
}

/** Objectives that are not trained in every update. */
function turns(document: NetworkDocument): Problem[] {
  const { objectives } = document.training;
  const different = turnsOf(objectives);
  if (different.length > MOST_TURNS) {
    return [
      {
        code: 'training.too-many-turns',
        severity: 'error',
        path: 'training.objectives',
        message: `Objectives are trained every ${different.join(', ')} updates; ${MOST_TURNS} different numbers beside 1 can be.`,
        explanation:
          'Each combination of objectives that meet in an update is a program of its own.',
      },
    ];
  }
  const [first] = objectives;
  if (!first || objectives.some(({ every }) => every === 1)) return [];
  const next = { ...first, every: 1 };
  return [
    {
      code: 'training.no-turn',
      severity: 'warning',
      path: `${pathOf(0)}.every`,
      message: 'In some updates nothing is trained: no objective has its turn in each of them.',
      fixes: [{ label: 'Train the first one every time', edits: [changed(document, 0, next)] }],
    },
  ];
}

const pathOf = (index: number): string => `training.objectives[${index}]`;

/** How an objective is called in a sentence. */
const nameOf = ({ index, objective }: ObjectivePart): string =>
  objective.name ?? `objective ${index + 1}`;

function changed(document: NetworkDocument, index: number, to: Objective): DocumentEdit {
  const objectives = document.training.objectives.with(index, to);
  return { kind: 'setTraining', training: { objectives } };
}

/** Losses, nodes and groups may name what has been removed since. */
function unknownNodes(
  { document, documentNodes, nodes }: CheckContext,
  part: ObjectivePart,
): Problem[] {
  const { index, objective } = part;
  const isLoss = (id: string): boolean => {
    const node = nodes.get(id);
    return node !== undefined && (node.definition?.role === 'loss' || isUnknownLoss(node));
  };
  const known = (id: string): boolean => documentNodes.has(id);
  const problem = (key: string, id: string, what: string, to: Objective): Problem => ({
    code: 'training.objective-node',
    severity: 'error',
    path: `${pathOf(index)}.${key}`,
    message: `${capital(nameOf(part))} ${what}.`,
    fixes: [{ label: `Take ${id} out`, edits: [changed(document, index, to)] }],
  });
  const without = (list: 'all' | readonly string[], id: string): 'all' | string[] => {
    const left = list === 'all' ? [] : list.filter((each) => each !== id);
    return left.length === 0 ? 'all' : left;
  };
  const losses = objective.losses === 'all' ? [] : objective.losses;
  const trains = objective.trains === 'all' ? [] : objective.trains;
  return [
    ...losses
      .filter((id) => !isLoss(id))
      .map((id) =>
        problem('losses', id, `names ${id}, which is no loss of this network`, {
          ...objective,
          losses: without(objective.losses, id),
        }),
      ),
    ...trains
      .filter((id) => !known(id))
      .map((id) =>
        problem('trains', id, `trains ${id}, which this network does not have`, {
          ...objective,
          trains: without(objective.trains, id),
        }),
      ),
    ...objective.groups.flatMap((group, i) =>
      group.nodes
        .filter((id) => !known(id))
        .map((id) =>
          problem(`groups[${i}]`, id, `has settings for ${id}, which this network does not have`, {
            ...objective,
            groups: withoutNode(objective.groups, group, id),
          }),
        ),
    ),
  ];
}

function withoutNode(
  groups: readonly ParameterGroup[],
  group: ParameterGroup,
  id: string,
): ParameterGroup[] {
  return groups.flatMap((each) => {
    if (each !== group) return [each];
    const nodes = each.nodes.filter((node) => node !== id);
    return nodes.length === 0 ? [] : [{ ...each, nodes }];
  });
}

/** An objective whose losses depend on nothing that it may change. */
function idle(context: CheckContext, part: ObjectivePart): Problem[] {
  const { lossNodes, nodes, broken, document } = context;
  // One objective for everything has problems of its own, told elsewhere.
  if (document.training.objectives.length === 1 && part.frozen.length === 0) return [];
  if (lossNodes.length === 0 || broken.size > 0 || part.groups.length > 0) return [];
  // What a loss of another version would train is not known.
  const named = part.objective.losses === 'all' ? [...nodes.keys()] : part.objective.losses;
  if (named.flatMap((id) => nodes.get(id) ?? []).some(isUnknownLoss)) return [];
  const why =
    part.losses.length === 0
      ? 'has no loss'
      : part.frozen.length > 0
        ? 'trains nothing: all that it could train is frozen'
        : 'trains nothing: its losses depend on none of the nodes it may change';
  return [
    {
      code: 'training.objective-idle',
      severity: 'error',
      path: pathOf(part.index),
      message: `${capital(nameOf(part))} ${why}.`,
    },
  ];
}

function unusedLosses({ lossNodes, objectives }: CheckContext): Problem[] {
  const used = new Set(objectives.flatMap(({ losses }) => losses));
  return lossNodes
    .filter((id) => !used.has(id))
    .map((id) => ({
      code: 'training.loss-unused',
      severity: 'warning',
      node: id,
      message: `${id} belongs to no objective: nothing is trained on it.`,
      explanation: 'It is evaluated and shown all the same.',
    }));
}

/** Two optimisers on one weight would undo each other's work. */
function trainedTwice({ document, objectives }: CheckContext): Problem[] {
  const first = new Map<string, ObjectivePart>();
  const found: Problem[] = [];
  for (const part of objectives) {
    for (const id of part.groups.flatMap(({ nodes }) => nodes)) {
      const other = first.get(id);
      if (!other) first.set(id, part);
      else {
        found.push({
          code: 'training.trained-twice',
          severity: 'error',
          node: id,
          path: `${pathOf(part.index)}.trains`,
          message: `${id} is trained by ${nameOf(other)} and by ${nameOf(part)}.`,
          explanation: 'Each node is trained by one objective: name the nodes of each.',
          fixes: [{ label: `Leave ${id} to ${nameOf(other)}`, edits: [leave(document, part, id)] }],
        });
      }
    }
  }
  return found;
}

/** Takes a node from what an objective trains; one that has nothing left goes. */
function leave(document: NetworkDocument, part: ObjectivePart, id: string): DocumentEdit {
  const { index, objective, groups, frozen } = part;
  const nodes = [...groups.flatMap((group) => group.nodes), ...frozen];
  const trains = nodes.filter((each) => each !== id);
  if (trains.length > 0) return changed(document, index, { ...objective, trains });
  const objectives = document.training.objectives.toSpliced(index, 1);
  return { kind: 'setTraining', training: { objectives } };
}

/** An optimiser or a schedule: a type with attributes. */
interface Component {
  readonly key: 'optimizer' | 'schedule';
  readonly noun: string;
  readonly registry: ReadonlyMap<string, { readonly attrs: AttrSchema }>;
  readonly usual: string;
}
const OPTIMIZER: Component = {
  key: 'optimizer',
  noun: 'optimiser',
  registry: optimizers,
  usual: 'Adam',
};
const SCHEDULE: Component = {
  key: 'schedule',
  noun: 'schedule',
  registry: schedules,
  usual: 'ConstantLR',
};

function componentProblems(
  document: NetworkDocument,
  index: number,
  { key, noun, registry, usual }: Component,
): Problem[] {
  const objective = document.training.objectives[index];
  if (!objective) return [];
  const { type, attrs } = objective[key];
  const path = `${pathOf(index)}.${key}`;
  const use = (to: { readonly type: string; readonly attrs: typeof attrs }): DocumentEdit =>
    changed(document, index, { ...objective, [key]: { ...objective[key], ...to } });
  const definition = registry.get(type);
  if (!definition) {
    const instead = nearest(type, [...registry.keys()]) ?? usual;
    return [
      {
        code: `training.${key}`,
        severity: 'error',
        path: `${path}.type`,
        message: `This version has no ${noun} ${type}.`,
        explanation: `There are ${[...registry.keys()].join(', ')}.`,
        fixes: [{ label: `Use ${instead}`, edits: [use({ type: instead, attrs: {} })] }],
      },
    ];
  }
  return readAttrs(definition.attrs, attrs).problems.map((problem) => {
    const others = Object.fromEntries(
      Object.entries(attrs).filter(([name]) => name !== problem.path),
    );
    const called = attrLabel(problem.path, own(definition.attrs, problem.path)).toLowerCase();
    const label = problem.code === 'attrs.unknown' ? `Remove ${problem.path}` : `Reset ${called}`;
    return {
      ...problem,
      path: `${path}.attrs.${problem.path}`,
      message: `${type}: ${problem.message}`,
      fixes: [{ label, edits: [use({ type, attrs: others })] }],
    };
  });
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
