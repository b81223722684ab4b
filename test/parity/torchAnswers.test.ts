/**
 * Rule: the model of an exported PyTorch project is, in code and weights, what PyTorch was asked, and what PyTorch
 * answered is what the network answers: with every layer of the registry in it. Code and answers are kept as text
 * (torch_answers/); where the code has changed, `npm run derive` asks PyTorch anew. pytorchLayers.test.ts compares every
 * number, where Python is asked.
 */
import { join } from 'node:path';
import { expect } from 'vitest';
import type { AskedModel } from '../support/modelAnswers.ts';
import {
  answersOfTorch,
  askedOfTorch,
  TORCH_LIMIT,
  torchModelResults,
  torchTrials,
  writeTorchTrial,
} from '../support/torchModel.ts';
import { compareKept, type Told } from './keptAnswers.ts';

const models = new Map<string, AskedModel[]>();
for (const trial of torchTrials) {
  const own = models.get(trial.type) ?? [];
  own.push(await askedOfTorch(trial));
  models.set(trial.type, own);
}

async function ask(names: readonly string[], scratch: string): Promise<ReadonlyMap<string, Told>> {
  const asked = torchTrials.filter(({ type }) => names.includes(type));
  const placeOf = (title: string): string =>
    join(scratch, String(asked.findIndex((trial) => trial.title === title)).padStart(4, '0'));
  for (const trial of asked) await writeTorchTrial(placeOf(trial.title), trial);
  const results = torchModelResults(scratch);
  const failed = results.flatMap(({ worst, error }, at) =>
    error === null && worst < TORCH_LIMIT ? [] : [`${asked[at]?.title}: ${error ?? worst}`],
  );
  expect(failed).toEqual([]);
  expect(results).toHaveLength(asked.length);
  const answers = (name: string) => (title: string) => {
    const model = models.get(name)?.find((each) => each.title === title);
    return model ? answersOfTorch(placeOf(title), model) : [];
  };
  const who = `PyTorch ${results[0]?.torch}`;
  return new Map(names.map((name) => [name, { who, answers: answers(name) }]));
}

compareKept({
  ...{ who: 'PyTorch', limit: TORCH_LIMIT, models, ask },
  folder: join(import.meta.dirname, 'torch_answers'),
});
