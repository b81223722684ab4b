/** train.py: training with the settings of the network, on one process or several. */
import { judge, judgeInTurn, WEIGHED_MEAN } from './losses.ts';
import { countsCode } from './counts.ts';
import { indented, inDocstring, wrapped } from '../python/text.ts';
import { trainerClass } from './trainer.ts';
import { mainOf } from './trainMain.ts';
import { extraModules, hasTurns, optimizerModules, type TrainPlan } from './trainPlan.ts';

export function writeTrain(plan: TrainPlan): string {
  const { inTurn } = plan;
  const judging = inTurn ? judgeInTurn(plan) : judge(plan);
  const trainer = trainerClass(plan);
  const body = [
    ...(plan.treatment.weighed ? [...WEIGHED_MEAN, '', ''] : []),
    ...(plan.counts ? countsCode(plan.counts) : []),
    ...judging,
    ...(inTurn ? objectivesInTurn(plan) : []),
    '',
    '',
    ...trainer,
    '',
    '',
    ...mainOf(plan),
  ];
  return wrapped([...head(plan, body), '', '', ...body]);
}

function head(plan: TrainPlan, body: readonly string[]): readonly string[] {
  const { code } = plan;
  const { training, name } = code.wiring.document;
  const uses = (word: RegExp): boolean => body.some((line) => word.test(line));
  const shared = [
    'Means',
    'Processes',
    ...(uses(/parameters_of\(/) ? ['parameters_of'] : []),
    'synchronise_batch_norm',
  ];
  const extra = extraModules(plan);
  const { earlyStopping, gradientClip, accumulateSteps } = training;
  return [
    `"""Trains ${inDocstring(name)} with the settings it has in Netloom.`,
    '',
    'python train.py',
    'torchrun --nproc_per_node 2 train.py',
    '"""',
    '',
    'import argparse',
    'import csv',
    ...(uses(/\bmath\./) ? ['import math'] : []),
    'import time',
    'from pathlib import Path',
    '',
    'import torch',
    ...(uses(/\bF\./) ? ['import torch.nn.functional as F'] : []),
    'from safetensors.torch import load_file, save_file',
    `from torch import Tensor${uses(/\bnn\./) ? ', nn' : ''}`,
    '',
    ...[
      ...(uses(/\bheaviest\(/) ? ['from augment import heaviest'] : []),
      ...(plan.average ? ['from average import Average'] : []),
      'from data import BatchOrder, Samples',
      ...(extra.includes('gradients') ? ['from gradients import GradientSums'] : []),
      ...optimizerModules(plan).map(
        ({ name: module, className }) => `from ${module} import ${className}`,
      ),
      `from model import ${code.className}`,
      ...(extra.includes('penalties') ? ['from penalties import add_penalties'] : []),
      `from parallel import ${shared.join(', ')}`,
      ...(extra.includes('warmup') ? ['from warmup import warmed_up'] : []),
    ].toSorted(),
    '',
    'FOLDER = Path(__file__).parent',
    `EPOCHS = ${training.epochs}`,
    `BATCH_SIZE = ${training.batchSize}`,
    ...(accumulateSteps > 1
      ? [`ACCUMULATE = ${accumulateSteps}  # batches that make an update`]
      : []),
    ...(gradientClip
      ? [`CLIP = ${gradientClip.max}  # ${gradientClip.kind} of the gradients`]
      : []),
    ...(earlyStopping
      ? [
          `PATIENCE = ${earlyStopping.patience}`,
          ...(earlyStopping.minDelta === 0 ? [] : [`MIN_DELTA = ${earlyStopping.minDelta}`]),
        ]
      : []),
    `SEED = ${training.seed}`,
    'EVALUATION_BATCH = 1024',
    ...(plan.counts ? ['LEAST_COUNT = 2.0**-60'] : []),
    '',
    'Batch = dict[str, Tensor]',
    'Metrics = dict[str, Tensor]',
  ];
}

/** Which functions judge, and how often their optimisers have their turn. */
function objectivesInTurn({ code }: TrainPlan): readonly string[] {
  return [
    '',
    '',
    `OBJECTIVES = (${code.methods.join(', ')})`,
    ...(hasTurns(code)
      ? [
          `# Updates for one of each.`,
          `TURNS = (${code.parts.map(({ objective }) => objective.objective.every).join(', ')})`,
        ]
      : []),
    '',
    '',
    `def judge(model: ${code.className}, batch: Batch) -> Metrics:`,
    ...indented([
      '"""What all losses say of a batch; the loss is the sum of all."""',
      'values: Metrics = {}',
      'for objective in OBJECTIVES:',
      ...indented(['merge(values, objective(model, batch))']),
      'return values',
    ]),
    '',
    '',
    'def merge(values: Metrics, found: Metrics) -> None:',
    ...indented([
      'total = values.get("loss", 0.0) + found["loss"]',
      'values.update(found, loss=total)',
    ]),
  ];
}
