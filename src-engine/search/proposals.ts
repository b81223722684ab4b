/**
 * Searches that suit a document, as a person would ask for them: how wide, how deep, which activation, how much
 * dropout, which optimiser, what each layer is worth. Each is checked against the document before it is
 * offered, so that what is proposed can be trained.
 */
import { analyse } from '../check/analyse.ts';
import type { Analysis, NodeAnalysis } from '../check/analysis.ts';
import { defaultAttrs } from '../ir/attrs.ts';
import type { NetworkDocument } from '../ir/document.ts';
import { InputError, ShapeError } from '../ir/problem.ts';
import { own } from '../ir/record.ts';
import { indexWires, reachable } from '../ir/topology.ts';
import { sameShape, type TensorType } from '../ir/tensor.ts';
import { layers } from '../layers/index.ts';
import type { LayerRole } from '../layers/define.ts';
import { removableNodes } from './ablation.ts';
import { applyValues } from './apply.ts';
import { readSpace } from './readSpace.ts';
import { repeatPath } from './repeat.ts';
import { gridValues, type Values } from './space.ts';
import { alike, BYPASSED_NODE, NO_NODE } from './targets.ts';

export interface SearchProposal {
  readonly id: string;
  readonly title: string;
  /** What it shows; one sentence. */
  readonly help: string;
  /** As people write it: see readSpace.ts. */
  readonly texts: readonly string[];
  readonly strategy: string;
  readonly seeds: number;
  /** Settings; null takes all of a grid. */
  readonly trials: number | null;
}

export const SEEDS = 5;
const DEPTHS = '1..6';
const DROPOUTS = '0..0.8:0.2';
const BOTTLENECKS = [8, 16, 32, 64, 128];
const WIDTHS = [16, 32, 64, 128, 256];
const MOST_ACTIVATIONS = 5;
/** Five on a grid beside each optimiser: one rate would judge the rate. */
const RATES = 'log:0.0001..0.1';

export function searchProposals(document: NetworkDocument): readonly SearchProposal[] {
  const analysis = analyse(document);
  if (!analysis.trainable) return [];
  const ofRole = (role: LayerRole): readonly NodeAnalysis[] =>
    analysis.live.flatMap((id) => {
      const node = analysis.nodes.get(id);
      return node && !node.bypassed && node.definition?.role === role ? [node] : [];
    });
  const grid = { strategy: 'grid', seeds: 1, trials: null };
  const found: (SearchProposal | null)[] = [
    {
      ...{ id: 'seeds', title: `Repeat with ${SEEDS} seeds`, texts: [], ...grid, seeds: SEEDS },
      help: 'How much of the result is chance: the same network, begun from other random numbers.',
    },
    width(document, analysis, ofRole('transform')),
    depth(document, analysis, hiddenOf(document, ofRole('activation'), ofRole('transform'))),
    linked(ofRole('dropout'), (id) => `${id}.p`, DROPOUTS, {
      ...{ id: 'dropout', title: 'Dropout 0 to 0.8', ...grid },
      help: 'How much is to be left out while it trains, in all dropout layers alike.',
    }),
    linked(ofRole('activation'), (id) => id, activations(ofRole('activation')), {
      ...{ id: 'activation', title: 'Activation: five of them', ...grid },
      help: 'The same activation in all places, one after the other.',
    }),
    document.training.objectives.length === 1
      ? {
          ...{ id: 'optimizer', title: 'Is Adam better than SGD here', ...grid },
          texts: ['optimizer=Adam,SGD', `lr=${RATES}`],
          help: 'Both at five rates, since each has its own that suits it.',
        }
      : null,
    {
      ...{ id: 'rate', title: 'Learning rate 0.0001 to 0.1', ...grid, strategy: 'tpe', trials: 20 },
      texts: document.training.objectives.length === 1 ? [`lr=${RATES}`] : [],
      help: 'Twenty rates, more of them where it goes well.',
    },
    ablation(document),
  ];
  return found.flatMap((each) => (each && fits(document, each) ? [each] : []));
}

/** Whether the first and the last of its settings train; those between do then. */
function fits(document: NetworkDocument, { id, texts }: SearchProposal): boolean {
  if (texts.length === 0) return id === 'seeds';
  try {
    const space = readSpace(texts, document);
    return [0, -1].every((at) => {
      const values: Values = Object.fromEntries(
        space.map((parameter) => [parameter.name, gridValues(parameter).at(at) ?? null]),
      );
      return analyse(applyValues(document, space, values)).trainable;
    });
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}

const GRID = { strategy: 'grid', seeds: 1, trials: null } as const;

/** Of an autoencoder its narrowest place, else the hidden layer with the most parameters. */
function width(
  document: NetworkDocument,
  { heads }: Analysis,
  transforms: readonly NodeAnalysis[],
): SearchProposal | null {
  const answers = new Set(heads.map(({ prediction }) => prediction?.node));
  const hidden = transforms.flatMap((node) => {
    const name = ['outFeatures', 'outChannels'].find((each) => Object.hasOwn(node.attrs, each));
    const size = name === undefined ? undefined : own(node.attrs, name);
    if (name === undefined || typeof size !== 'number' || leadsOut(document, node.id, answers)) {
      return [];
    }
    return [{ node, path: `${node.id}.${name}`, size }];
  });
  const rebuilds = heads.some(({ targetField }) => targetField?.field.role === 'input');
  const [first] = hidden.toSorted((a, b) =>
    rebuilds ? a.size - b.size : b.node.parameterCount - a.node.parameterCount,
  );
  if (!first) return null;
  const sizes = rebuilds ? BOTTLENECKS : WIDTHS;
  const range = `${sizes[0]} to ${sizes.at(-1)}`;
  return {
    ...GRID,
    id: rebuilds ? 'bottleneck' : 'width',
    title: rebuilds ? `Bottleneck ${range}` : `Width ${range}`,
    help: rebuilds
      ? `How narrow ${first.node.id} may be before it can no longer rebuild what went in.`
      : `How wide ${first.node.id} is to be.`,
    texts: [`${first.path}=${sizes.join(',')}`],
  };
}

/** What answers has as many outputs as the data asks for: it is an answer, or only its shape or scale comes after. */
function leadsOut(
  { wires }: NetworkDocument,
  id: string,
  answers: ReadonlySet<string | undefined>,
): boolean {
  if (answers.has(id)) return true;
  const next = wires.filter(({ from }) => from.node === id).map(({ to }) => to.node);
  return next.some((each) => answers.has(each));
}

/**
 * Activations within the network. One that nothing is computed from gives the answer its range, and so does one
 * that is unlike the most (the tanh before a picture that another network judges).
 */
function hiddenOf(
  document: NetworkDocument,
  activationNodes: readonly NodeAnalysis[],
  transforms: readonly NodeAnalysis[],
): readonly NodeAnalysis[] {
  const index = indexWires(document);
  const computed = new Set(transforms.map(({ id }) => id));
  const within = activationNodes.filter(({ id }) =>
    [...reachable([id], index, 'downstream')].some((each) => computed.has(each)),
  );
  const count = (type: string): number => within.filter((each) => each.type === type).length;
  const [common] = within.toSorted((a, b) => count(b.type) - count(a.type));
  return within.filter(({ type }) => type === common?.type);
}

/** The last layer with its activation that may stand several times. */
function depth(
  document: NetworkDocument,
  analysis: Analysis,
  activationNodes: readonly NodeAnalysis[],
): SearchProposal | null {
  for (const { id: last } of activationNodes.toReversed()) {
    const first = document.wires.find(({ to }) => to.node === last)?.from.node;
    if (first === undefined || analysis.nodes.get(first)?.definition?.role !== 'transform')
      continue;
    const proposal: SearchProposal = {
      ...GRID,
      id: 'depth',
      title: 'Depth 1 to 6',
      help: `How often ${first} and ${last} are to stand in a row.`,
      texts: [`${repeatPath({ first, last })}=${DEPTHS}`],
    };
    if (fits(document, proposal)) return proposal;
  }
  return null;
}

/** The one that is there first, then others that judge each unit by itself. */
function activations(nodes: readonly NodeAnalysis[]): string {
  const now = nodes[0]?.type ?? '';
  const others = alike(now).filter((type) => type !== now && keepsAnyShape(type));
  const isUsual = (type: string): boolean => layers.get(type)?.isUsual === true;
  const [usual, rest] = [others.filter(isUsual), others.filter((type) => !isUsual(type))];
  return [now, ...usual, ...rest].slice(0, MOST_ACTIVATIONS).join(',');
}

/** What works over a dimension (softmax) is for the answer, and needs to know which one that is. */
function keepsAnyShape(type: string): boolean {
  const layer = layers.get(type);
  const x: TensorType = { dtype: 'f32', shape: [2, 2, 2, 2] };
  try {
    const [y] = layer?.infer([x], defaultAttrs(layer.attrs)) ?? [];
    return y !== undefined && sameShape(x.shape, y.shape);
  } catch (error) {
    if (error instanceof ShapeError) return false;
    throw error;
  }
}

function linked(
  nodes: readonly NodeAnalysis[],
  pathOf: (id: string) => string,
  values: string,
  proposal: Omit<SearchProposal, 'texts'>,
): SearchProposal | null {
  // What answers (a sigmoid before its loss) is of the kind that its loss needs.
  const kind = nodes[0]?.type;
  const paths = nodes.filter(({ type }) => type === kind).map(({ id }) => pathOf(id));
  return paths.length === 0 ? null : { ...proposal, texts: [`${paths.join('+')}=${values}`] };
}

function ablation(document: NetworkDocument): SearchProposal | null {
  const ids = removableNodes(document);
  if (ids.length === 0) return null;
  return {
    ...GRID,
    id: 'ablation',
    title: 'What each layer is worth',
    help: `Ablation: trained without one layer at a time, ${ids.length} of them.`,
    texts: [`${BYPASSED_NODE}=${[NO_NODE, ...ids].join(',')}`],
  };
}
