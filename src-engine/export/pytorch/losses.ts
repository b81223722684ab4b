/** Of train.py: what the losses of each objective say of a batch, and how many classes are right. */
import type { Head } from '#engine/check/heads.ts';
import type { PortRef } from '#engine/ir/document.ts';
import { own } from '#engine/ir/record.ts';
import { WEIGHTS_KEY } from './augment.ts';
import type { Code } from './code.ts';
import { eachOnce, keyOf } from '../python/wiring.ts';
import type { Part } from './plan.ts';
import type { TrainPlan } from './trainPlan.ts';
import { indented, text } from '../python/text.ts';

/** What forward answers in training: the predictions, and whatever else losses look at. */
export const trainingOutputs = (code: Code): readonly PortRef[] => {
  const [part] = code.parts;
  if (!part) throw new Error('a network without an objective cannot be trained');
  const { wiring } = code;
  const heads = wiring.analysis.heads.flatMap(({ prediction }) =>
    prediction ? [wiring.origin(prediction)] : [],
  );
  return eachOnce([...heads, ...part.gives]).filter(({ node }) => wiring.isComputed(node));
};

/** What of the plan of a training says how losses are written. */
export type JudgedPlan = Pick<TrainPlan, 'code' | 'treatment' | 'counts'>;

/** Of a network with one objective. */
export function judge(plan: JudgedPlan): readonly string[] {
  const { code } = plan;
  const [part] = code.parts;
  if (!part) throw new Error('a network without an objective cannot be trained');
  const outputs = trainingOutputs(code);
  const results = outputs.map((ref) => code.variable(ref)).join(', ');
  const takes = forwardInputs(code, outputs).map((ref) => entry(code, ref));
  const values = new Map(outputs.map((ref) => [keyOf(ref), code.variable(ref)]));
  return [
    'def judge(network: nn.Module, batch: Batch) -> Metrics:',
    ...indented([
      '"""What the losses say of a batch, as means over its samples."""',
      `${results} = network(${takes.join(', ')})`,
      ...lossesOf(part, values, plan),
    ]),
  ];
}

/** What forward takes to answer these. */
export function forwardInputs(code: Code, outputs: readonly PortRef[]): readonly PortRef[] {
  const { wiring } = code;
  const found: PortRef[] = [];
  const seen = new Set<string>();
  const visit = (id: string): void => {
    if (seen.has(id)) return;
    seen.add(id);
    for (const from of wiring.inputs(id)) {
      if (wiring.isComputed(from.node)) visit(from.node);
    }
  };
  for (const { node } of outputs) if (wiring.isComputed(node)) visit(node);
  for (const id of wiring.analysis.live.filter((each) => seen.has(each))) {
    found.push(...wiring.inputs(id).filter(({ node }) => !wiring.isComputed(node)));
  }
  return eachOnce(found);
}

/** Of several objectives: each keeps in the batch what later ones take. */
export function judgeInTurn(plan: JudgedPlan): readonly string[] {
  const { code } = plan;
  const { wiring } = code;
  return code.parts.flatMap((part, k) => {
    const name = code.methods[k] ?? '';
    const takes = part.takes.map((ref) => entry(code, ref)).join(', ');
    const gives = part.gives.map((ref) => entry(code, ref)).join(', ');
    const values = new Map(
      part.objective.losses
        .flatMap((loss) => wiring.neededBy(loss).map((ref) => ({ ref, loss })))
        .map(({ ref, loss }) => {
          const detached = part.isDetached(ref, loss) ? '.detach()' : '';
          return [keyOf(ref), `${entry(code, ref)}${detached}`];
        }),
    );
    const call = `${gives === '' ? '' : `${gives} = `}model.${name}(${takes})`;
    return [
      ...(k === 0 ? [] : ['', '']),
      `def ${name}(model: ${code.className}, batch: Batch) -> Metrics:`,
      ...indented([
        `"""What the losses of ${part.name} say of a batch, as means over its samples."""`,
        ...(part.nodes.length === 0 ? [] : [call]),
        ...lossesOf(part, values, plan),
      ]),
    ];
  });
}

const entry = (code: Code, ref: PortRef): string => `batch[${text(code.variable(ref))}]`;

function lossesOf(
  part: Part,
  values: ReadonlyMap<string, string>,
  { code, treatment: { mixed, weighed }, counts }: JudgedPlan,
): readonly string[] {
  const { wiring } = code;
  const heads = wiring.analysis.heads.filter(({ loss }) => part.objective.losses.includes(loss));
  const several = wiring.analysis.heads.length > 1;
  const valueOf = (ref: PortRef): string => {
    const known = values.get(keyOf(ref));
    if (known !== undefined) return known;
    if (!wiring.isBesideLoss(ref.node)) return entry(code, ref);
    return code.call(ref.node, wiring.inputs(ref.node).map(valueOf));
  };
  const names = heads.map(({ loss }) => (several ? code.variable(lossPort(code, loss)) : 'loss'));
  const lines = heads.map(({ loss }, k) => {
    const call = code.call(loss, wiring.inputs(loss).map(valueOf));
    const over = counts?.ofLosses.get(loss);
    if (over !== undefined) return `${names[k]} = mean_over(${gathered(call, 'sum')}, ${over})`;
    return `${names[k]} = ${weighed ? weighedCall(call) : call}`;
  });
  const rights = heads.flatMap((head) => {
    const right = rightOf(code, head, valueOf, mixed);
    const key = several ? `${head.loss}.accuracy` : 'accuracy';
    return right === null ? [] : [`${text(key)}: ${right},`];
  });
  if (!several) return [...lines, ...answered(['"loss": loss,', ...rights])];
  const scaled = heads.map(({ weight }, k) =>
    weight === 1 ? names[k] : `${weight} * ${names[k]}`,
  );
  const each = heads.map(({ loss }, k) => `${text(loss)}: ${names[k]},`);
  return [...lines, ...answered([`"loss": ${scaled.join(' + ')},`, ...each, ...rights])];
}

/** PyTorch's functions of losses all say how they are gathered; what is written out ends in its mean. */
function weighedCall(call: string): string {
  const each = call.endsWith(OWN_MEAN) ? call.slice(0, -OWN_MEAN.length) : gathered(call, 'none');
  return `weighed_mean(${each}, batch[${text(WEIGHTS_KEY)}])`;
}
const OWN_MEAN = '.mean()';
const OF_MEAN = /, reduction="mean"\)$/;

function gathered(call: string, reduction: 'sum' | 'none'): string {
  if (!call.endsWith(')')) throw new Error(`${call} is no call`);
  // What says already that it is a mean would say it twice.
  return `${call.replace(OF_MEAN, ')').slice(0, -1)}, reduction="${reduction}")`;
}

/** Divided by how many samples there are, whatever they count for, so that batches add up. */
export const WEIGHED_MEAN: readonly string[] = [
  'def weighed_mean(losses: Tensor, weights: Tensor) -> Tensor:',
  ...indented([
    '"""Over samples, each by what it counts for."""',
    'return (losses.reshape(len(weights), -1).mean(1) * weights).mean()',
  ]),
];

function answered(entries: readonly string[]): readonly string[] {
  const [only = ''] = entries;
  if (entries.length === 1) return [`return {${only.slice(0, -1)}}`];
  return ['return {', ...indented(entries), '}'];
}

function lossPort({ wiring }: Code, loss: string): PortRef {
  const head = wiring.analysis.heads.find((each) => each.loss === loss);
  return { node: loss, port: head?.lossPort ?? '' };
}

/** Python of the share of right classes; null where there are none. */
function rightOf(
  { wiring }: Code,
  { classifies, loss, compares }: Head,
  valueOf: (ref: PortRef) => string,
  mixed: boolean,
): string | null {
  if (!classifies || !compares) return null;
  const inputs = wiring.inputs(loss);
  const [prediction, target] = [inputs[compares.prediction], inputs[compares.target]];
  if (!prediction || !target) return null;
  const { definition, attrs } = wiring.node(loss);
  const [scores, labels] = [valueOf(prediction), valueOf(target)];
  const types = [prediction, target].map(({ node, port }) => own(wiring.node(node).outputs, port));
  const known = types.filter((type) => type !== undefined);
  const takesScores = definition?.takesScores;
  if (takesScores === 'softmax' || definition?.classAxis) {
    const axis = definition?.classAxis?.(known, attrs) ?? 1;
    const ignored = definition?.ignoredLabel?.(attrs) ?? null;
    const right = mixed ? `heaviest(${labels})` : labels;
    const rights = `(${scores}.argmax(${axis}) == ${right})`;
    if (ignored === null) return `${rights}.float().mean()`;
    return `torch.mean(${rights}[${labels} != ${ignored}].float())`;
  }
  const flat = types[1]?.shape.length === 1 ? labels : `${labels}.flatten()`;
  // A probability says yes from a half on, a score from zero.
  const least = takesScores === undefined ? 0.5 : 0;
  return `((${scores}.flatten() > ${least}) == ${flat}).float().mean()`;
}
