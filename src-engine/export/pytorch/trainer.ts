/** Of train.py: the class that holds the network in training, a step and an epoch of it. */
import { optimizerOf, untrained } from './optimizers.ts';
import { indented, text } from '../python/text.ts';
import { isOfOne } from './counts.ts';
import { hasPenalties, hasTurns, type TrainPlan } from './trainPlan.ts';

export function trainerClass(plan: TrainPlan): readonly string[] {
  return [
    'class Trainer:',
    ...indented([
      '"""The network in training, on this process and its share of every batch."""',
      '',
      ...construction(plan),
      '',
      ...drawing(plan),
      '',
      ...trainEpoch(plan),
      '',
      ...takeStep(plan),
      '',
      ...(plan.counts ? [...shares(), ''] : []),
      ...evaluate(plan),
      '',
      ...save(plan),
    ]),
  ];
}

function construction(plan: TrainPlan): readonly string[] {
  const { code, inTurn } = plan;
  const [part] = code.parts;
  const frozen = !inTurn && part ? untrained(code, part) : [];
  const made = code.parts.map((each) => optimizerOf(code, each));
  const updates = plan.accumulates ? 'math.ceil(len(self.order) / ACCUMULATE)' : 'len(self.order)';
  return [
    'def __init__(self, options: argparse.Namespace) -> None:',
    ...indented([
      'self.processes = Processes()',
      'torch.manual_seed(SEED + self.processes.rank)',
      'self.samples = Samples(self.processes.device)',
      'self.order = BatchOrder(BATCH_SIZE)',
      `model = ${code.className}()`,
      'model.load_state_dict(load_file(options.weights))',
      ...frozen.map((id) => `model.${code.module(id)}.requires_grad_(False)`),
      'if options.sync_batchnorm and self.processes.count > 1:',
      ...indented(['synchronise_batch_norm(model)']),
      'self.model = model.to(self.processes.device)',
      ...(inTurn ? [] : ['self.network = self.processes.distributed(model)']),
      ...(inTurn
        ? ['self.optimizers = (', ...indented(made.map((each) => `${each},`)), ')']
        : [`self.optimizer = ${made[0]}`]),
      ...(plan.accumulates && inTurn
        ? ['self.sums = [GradientSums(optimizer) for optimizer in self.optimizers]']
        : []),
      ...(plan.average ? [`self.average = Average(model, decay=${plan.average.decay})`] : []),
      ...(needsUpdates(plan) ? [`self.updates_per_epoch = ${updates}`] : []),
      ...(plan.schedules.some((each) => each?.made.includes('=updates') === true)
        ? ['updates = options.epochs * self.updates_per_epoch']
        : []),
      ...plan.schedules.flatMap((schedule, k) =>
        schedule ? [`${schedulerOf(plan, k)} = ${schedule.made}`] : [],
      ),
      ...(countsUpdates(plan) ? ['self.updates = 0'] : []),
    ]),
  ];
}

export const schedulerOf = ({ code, inTurn }: TrainPlan, k: number): string =>
  inTurn ? `self.${code.methods[k] ?? ''}_scheduler` : 'self.scheduler';

const needsUpdates = (plan: TrainPlan): boolean =>
  plan.warmups.some((epochs) => epochs > 0) ||
  plan.schedules.some(
    (each) => each?.step === 'epochs' || /=updates|updates_per_epoch/.test(each?.made ?? ''),
  );

const countsUpdates = (plan: TrainPlan): boolean =>
  hasTurns(plan.code) ||
  plan.warmups.some((epochs) => epochs > 0) ||
  plan.schedules.some((each) => each?.step === 'epochs');

function drawing({ code, latents, treatment }: TrainPlan): readonly string[] {
  const drawn = latents.map((ref) => {
    const made = code.call(ref.node, ['len(own)', 'self.processes.device']);
    return `batch[${text(code.variable(ref))}] = ${made}`;
  });
  const taken =
    treatment.augment === null
      ? 'self.samples.batch(own)'
      : 'self.samples.batch(own, self.model.training)';
  return [
    'def batch(self, rows: Tensor) -> tuple[Batch, float]:',
    ...indented([
      '"""This process\'s share of a batch, and what its means count for."""',
      'own, weight = self.processes.share(rows)',
      ...(drawn.length === 0
        ? [`return ${taken}, weight`]
        : [`batch = ${taken}`, ...drawn, 'return batch, weight']),
    ]),
  ];
}

function trainEpoch(plan: TrainPlan): readonly string[] {
  const { accumulates } = plan;
  const step = plan.inTurn ? inTurnStep(plan) : plainStep(plan);
  const batches = accumulates
    ? [
        'batches = self.order.epoch(epoch)',
        'for first in range(0, len(batches), ACCUMULATE):',
        ...indented([
          'group = batches[first : first + ACCUMULATE]',
          ...(plan.counts ? [] : ['total = sum(len(rows) for rows in group)']),
          ...step,
        ]),
      ]
    : ['for rows in self.order.epoch(epoch):', ...indented(step)];
  const afterEpoch = plan.schedules.flatMap((schedule, k) =>
    schedule?.step === 'epoch' ? [`${schedulerOf(plan, k)}.step()`] : [],
  );
  return [
    'def train_epoch(self, epoch: int) -> Means:',
    ...indented([
      'self.model.train()',
      'means = Means(self.processes)',
      ...batches,
      ...afterEpoch,
      'return means',
    ]),
  ];
}

function plainStep({ accumulates, counts }: TrainPlan): readonly string[] {
  if (counts) {
    return [
      'self.optimizer.zero_grad()',
      ...eachOfGroup(accumulates),
      ...indented([
        'values = judge(self.network, batch)',
        `counted_loss(values, share${isOfOne(counts.weights) ? '' : ', LOSSES'}).backward()`,
        'means.add(values, weight, size, counted(batch))',
      ]),
      'self.take_step()',
    ];
  }
  const pass = [
    'batch, weight = self.batch(rows)',
    'values = judge(self.network, batch)',
    ...(accumulates ? [] : ['self.optimizer.zero_grad()']),
    accumulates
      ? '(values["loss"] * weight * len(rows) / total).backward()'
      : '(values["loss"] * weight).backward()',
    'means.add(values, weight, len(rows))',
  ];
  return accumulates
    ? ['self.optimizer.zero_grad()', 'for rows in group:', ...indented(pass), 'self.take_step()']
    : [...pass, 'self.take_step()'];
}

/** Over the batches of an update, each with what its losses count for in it. */
const eachOfGroup = (accumulates: boolean): readonly string[] => [
  accumulates
    ? 'parts = [(*self.batch(rows), len(rows)) for rows in group]'
    : 'parts = [(*self.batch(rows), len(rows))]',
  'for (batch, weight, size), share in zip(parts, self.shares(parts)):',
];

function shares(): readonly string[] {
  return [
    'def shares(self, parts: list[tuple[Batch, float, int]]) -> list[dict[str, float]]:',
    ...indented([
      '"""What each mean over a batch counts for in that over the update, on this process."""',
      'counts = [counted(batch) for batch, _, _ in parts]',
      'table = torch.tensor(',
      ...indented([
        '[',
        ...indented([
          '[each * weight * size for each in count.values()]',
          'for count, (_, weight, size) in zip(counts, parts)',
        ]),
        ']',
      ]),
      ')',
      'total = self.processes.mean(table.sum(0).to(self.processes.device)).cpu()',
      'rows = (table / total.clamp(min=LEAST_COUNT)).tolist()',
      'return [dict(zip(counts[0], row)) for row in rows]',
    ]),
  ];
}

/** Each objective with what the ones before it have changed already. */
function inTurnStep(plan: TrainPlan): readonly string[] {
  const { code, accumulates, counts } = plan;
  const turn = hasTurns(code) ? 'if (self.updates + 1) % TURNS[k] != 0:' : null;
  const loss = counts
    ? 'counted_loss(found, share, LOSSES[k])'
    : accumulates
      ? 'found["loss"] * weight * len(rows) / total'
      : 'found["loss"] * weight';
  const pass = [
    ...(counts ? [] : ['batch, weight = self.batch(rows)']),
    'values: Metrics = {}',
    'for k, objective in enumerate(OBJECTIVES):',
    ...indented([
      'found = objective(self.model, batch)',
      'merge(values, found)',
      ...(turn === null ? [] : [turn, ...indented(['continue'])]),
      'self.model.zero_grad()',
      counts ? `${loss}.backward()` : `(${loss}).backward()`,
      ...(accumulates
        ? [
            'self.sums[k].add()',
            counts ? 'if batch is parts[-1][0]:' : 'if rows is group[-1]:',
            ...indented(['self.sums[k].put_back()', 'self.take_step(k)']),
          ]
        : ['self.take_step(k)']),
    ]),
    counts
      ? 'means.add(values, weight, size, counted(batch))'
      : 'means.add(values, weight, len(rows))',
  ];
  return [
    ...(counts
      ? [...eachOfGroup(accumulates), ...indented(pass)]
      : accumulates
        ? ['for rows in group:', ...indented(pass)]
        : pass),
    ...(afterUpdate(plan).length > 0 ? ['self.end_update()'] : []),
  ];
}

/** Penalties, clipping, the update, and what follows every update. */
function takeStep(plan: TrainPlan): readonly string[] {
  const { code, inTurn, warmups } = plan;
  const { gradientClip } = code.wiring.document.training;
  const optimizer = inTurn ? 'optimizer' : 'self.optimizer';
  const penalties = hasPenalties(code) ? [`add_penalties(${optimizer})`] : [];
  const clip = gradientClip
    ? [
        gradientClip.kind === 'norm'
          ? `nn.utils.clip_grad_norm_(parameters_of(${optimizer}), CLIP)`
          : `nn.utils.clip_grad_value_(parameters_of(${optimizer}), CLIP)`,
      ]
    : [];
  const warm = warmups.some((epochs) => epochs > 0);
  const length = inTurn ? `WARMUPS[k]` : String(warmups[0] ?? 0);
  const update = warm
    ? [
        `warmup = int(${length} * self.updates_per_epoch + 0.5)`,
        `with warmed_up(${optimizer}, self.updates, warmup):`,
        ...indented([`${optimizer}.step()`]),
      ]
    : [`${optimizer}.step()`];
  const after = afterUpdate(plan);
  if (!inTurn) {
    return [
      'def take_step(self) -> None:',
      ...indented([...penalties, ...clip, ...update, ...after]),
    ];
  }
  return [
    'def take_step(self, k: int) -> None:',
    ...indented([
      'optimizer = self.optimizers[k]',
      'self.processes.average_gradients(optimizer)',
      ...penalties,
      ...clip,
      ...update.map((line) => line.replace('WARMUPS[k]', `(${warmups.join(', ')})[k]`)),
    ]),
    ...(after.length === 0
      ? []
      : [
          '',
          'def end_update(self) -> None:',
          ...indented(['"""After each update, whoever had a turn."""', ...after]),
        ]),
  ];
}

function afterUpdate(plan: TrainPlan): readonly string[] {
  return [
    ...(countsUpdates(plan) ? ['self.updates += 1'] : []),
    ...plan.schedules.flatMap((schedule, k) => {
      if (schedule?.step === 'update') return [`${schedulerOf(plan, k)}.step()`];
      if (schedule?.step !== 'epochs') return [];
      return [`${schedulerOf(plan, k)}.step(self.updates / self.updates_per_epoch)`];
    }),
    ...(plan.average ? ['self.average.follow()'] : []),
  ];
}

function evaluate({ average, counts }: TrainPlan): readonly string[] {
  const pass = [
    'for part in rows.split(EVALUATION_BATCH):',
    ...indented([
      'batch, weight = self.batch(part)',
      counts
        ? 'means.add(judge(self.model, batch), weight, len(part), counted(batch))'
        : 'means.add(judge(self.model, batch), weight, len(part))',
    ]),
  ];
  return [
    '@torch.no_grad()',
    'def evaluate(self, rows: Tensor) -> dict[str, float]:',
    ...indented([
      'if len(rows) == 0:',
      ...indented(['return {}']),
      'self.model.eval()',
      'self.processes.average_buffers(self.model)',
      'means = Means(self.processes)',
      ...(average?.evaluate === true ? ['with self.average.in_place():', ...indented(pass)] : pass),
      'return means.collect()[0]',
    ]),
  ];
}

function save({ average }: TrainPlan): readonly string[] {
  const write = ['save_file(state, path)'];
  const read = 'state = {k: v.contiguous() for k, v in self.model.state_dict().items()}';
  return [
    'def save(self, path: Path) -> None:',
    ...indented([
      'if not self.processes.is_first:',
      ...indented(['return']),
      ...(average?.evaluate === true
        ? ['with self.average.in_place():', ...indented([read, ...write])]
        : [read, ...write]),
    ]),
  ];
}
