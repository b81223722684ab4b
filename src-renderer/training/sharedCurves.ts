/**
 * Curves that are read together stand in one chart: of several objectives a line each, in the colours that the
 * canvas marks them with; and what is answered of samples with one target each (a GAN's real and made ones), in
 * the colour of whoever makes them. Pure, on the keys of metrics and the network that was trained.
 */
import type { Analysis } from '#engine/check/analysis.ts';
import { hasOneTarget, type Head } from '#engine/check/heads.ts';
import { objectiveKeys, objectiveName, trainersBefore } from '#engine/check/objectiveParts.ts';
import { indexWires, reachable } from '#engine/ir/topology.ts';
import { metricName } from '#engine/metrics/names.ts';
import type { RunNetwork } from '../state/runAnalysis.ts';
import { objectiveMarks } from './objectives.ts';

export interface SharedLine {
  /** Of the metric of a point. */
  readonly key: string;
  /** Short, in the legend. */
  readonly name: string;
  /** In full. */
  readonly title: string;
  /** Of the objective whose colour it has; null where it is of none. */
  readonly objective: number | null;
}

export interface SharedCurves {
  readonly title: string;
  readonly doc: string;
  readonly lines: readonly SharedLine[];
  /** Each is one, so that they are drawn from 0 to 1. */
  readonly areProbabilities?: true;
}

/** One metric by its key, or several lines. */
export type Charted = string | SharedCurves;

/** What is shown, chart by chart: one of several lines stands where its first one would. */
export function chartsOf(shown: readonly string[], network: RunNetwork | null): readonly Charted[] {
  if (!network || network.analysis.objectives.length < 2) return shown;
  const placeOf = places(network);
  const groups = new Map<string, { readonly key: string; readonly line: SharedLine | null }[]>();
  for (const key of shown) {
    const place = placeOf(key);
    const group = place?.group ?? key;
    const line = place?.line ?? null;
    groups.set(group, [...(groups.get(group) ?? []), { key, line }]);
  }
  return [...groups.values()].flatMap((members): readonly Charted[] => {
    const lines = members.flatMap(({ line }) => line ?? []);
    const [first] = lines;
    if (!first || lines.length < 2) return members.map(({ key }) => key);
    const areProbabilities = lines.every(({ key }) => isProbability(key, network.analysis));
    return [
      {
        ...wordsOf(first, network),
        lines: unlike(lines, network.analysis),
        ...(areProbabilities && { areProbabilities }),
      },
    ];
  });
}

/** What is answered to a loss that takes each number for how likely a yes is. */
function isProbability(key: string, { heads, nodes }: Analysis): boolean {
  const { id, loss } = metricName(key);
  const head = id === 'loss' ? undefined : heads.find((each) => each.loss === loss);
  return head !== undefined && nodes.get(head.loss)?.definition?.judgesLabels === true;
}

interface Place {
  readonly group: string;
  readonly line: SharedLine;
}

function places(network: RunNetwork): (key: string) => Place | null {
  const { analysis } = network;
  const keys = objectiveKeys(analysis.objectives);
  const marks = objectiveMarks(analysis);
  const judging = analysis.heads.filter(hasOneTarget);
  return (key) => {
    const { id, loss } = metricName(key);
    const index = loss === null ? -1 : keys.indexOf(loss);
    const mark = marks[index];
    if (mark) {
      const line = { key, name: mark.letter, title: mark.name, objective: index };
      return { group: `objective ${id}`, line };
    }
    const head = judging.find((each) => each.loss === loss);
    if (!head || id === 'loss') return null;
    return { group: `answers ${id}`, line: { key, ...judgedBy(head, network) } };
  };
}

/** What the answers are of: the samples that they follow from, and who is the first to have made something of them. */
function judgedBy(head: Head, network: RunNetwork) {
  const { document, analysis } = network;
  const from = head.prediction ? [head.prediction.node] : [];
  const isMade = [...reachable(from, indexWires(document), 'upstream')].some(
    (id) => analysis.nodes.get(id)?.definition?.role === 'latent',
  );
  return {
    name: isMade ? 'generated' : 'data',
    title: `The answers that ${head.loss} judges`,
    objective: trainersOf(head, network)[0]?.index ?? null,
  };
}

const trainersOf = ({ prediction }: Head, { document, analysis }: RunNetwork) =>
  prediction ? trainersBefore(analysis, indexWires(document), prediction.node) : [];

/** Several losses may judge the same answers; lines of one name are told apart by their losses. */
function unlike(lines: readonly SharedLine[], { heads }: Analysis): readonly SharedLine[] {
  const answersOf = (key: string): string | null => {
    const { loss, id } = metricName(key);
    const from = heads.find((head) => head.loss === loss)?.prediction;
    return from && id !== 'loss' ? `${from.node} ${from.port}` : null;
  };
  const each = lines.filter(({ key }, i) => {
    const answers = answersOf(key);
    return answers === null || lines.findIndex((other) => answersOf(other.key) === answers) === i;
  });
  const isAlone = ({ name }: SharedLine): boolean =>
    each.filter((other) => other.name === name).length === 1;
  return each.map((line) =>
    isAlone(line) ? line : { ...line, name: metricName(line.key).loss ?? line.name },
  );
}

/** Of answers whose they are: of the objective that trains the last of what gives them. */
function wordsOf({ key }: SharedLine, network: RunNetwork) {
  const { id, loss } = metricName(key);
  const { label, doc } = metricName(id);
  const head = network.analysis.heads.find((each) => each.loss === loss);
  const part = head && trainersOf(head, network).at(-1);
  return { title: part ? `${label} of ${objectiveName(part)}` : label, doc };
}
