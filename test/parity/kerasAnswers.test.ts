/**
 * Rule: what an exported Keras model of each layer says in code and weights is what Keras was asked, and what Keras
 * answered is what the network answers. Code and answers are kept as text (keras_answers/); where the code has changed,
 * `npm run derive` asks Keras anew. kerasModels.test.ts asks it about more and compares every number, where Python is
 * asked.
 */
import { join } from 'node:path';
import { expect } from 'vitest';
import {
  answersOfKeras,
  askedOfKeras,
  filesDigest,
  KERAS_BACKEND,
  KERAS_LIMIT,
  kerasResults,
  type KerasTrial,
  writeKerasTrial,
} from '../support/kerasModel.ts';
import { kerasLayerTrials, kerasSharedTrials } from '../support/kerasTrials.ts';
import type { AskedModel } from '../support/modelAnswers.ts';
import { compareKept, type Told } from './keptAnswers.ts';

/** Of the attributes at random: enough that those that say something only together meet. */
const DRAWN = 6;

const typeOf = (title: string): string => title.slice(0, title.indexOf(' '));

/** By the name of their file: the trials of each layer that are exported otherwise than those before. */
function differentTrials(): ReadonlyMap<string, ReadonlyMap<string, KerasTrial>> {
  const found = new Map<string, Map<string, KerasTrial>>([['shared', new Map(kerasSharedTrials)]]);
  const seen = new Set<string>();
  for (const [title, trial] of kerasLayerTrials(DRAWN)) {
    const type = typeOf(title);
    const digest = `${type} ${filesDigest(trial)}`;
    if (seen.has(digest)) continue;
    seen.add(digest);
    const trials = found.get(type) ?? new Map<string, KerasTrial>();
    found.set(type, trials.set(title, trial));
  }
  return found;
}
const trials = differentTrials();
const models = new Map(
  [...trials].map(([name, own]): [string, readonly AskedModel[]] => [
    name,
    [...own].map(([title, trial]) => askedOfKeras(title, trial)),
  ]),
);

/** With those that are exported alike, and more at random: all must agree before any is written. */
async function ask(names: readonly string[], scratch: string): Promise<ReadonlyMap<string, Told>> {
  const more = [...kerasLayerTrials()].filter(([title]) => names.includes(typeOf(title)));
  const own = names.flatMap((name) => [...(trials.get(name) ?? [])]);
  const asked = [...new Map([...own, ...more])];
  const titles = asked.map(([title]) => title);
  const placeOf = (at: number): string => join(scratch, String(at).padStart(4, '0'));
  for (const [at, [, trial]] of asked.entries()) await writeKerasTrial(placeOf(at), trial);
  const results = kerasResults(scratch);
  const failed = results.flatMap(({ worst, error }, at) =>
    error === null && worst < KERAS_LIMIT ? [] : [`${titles[at]}: ${error ?? worst}`],
  );
  expect(failed).toEqual([]);
  expect(results).toHaveLength(asked.length);
  const answers = (name: string) => (title: string) => {
    const model = models.get(name)?.find((each) => each.title === title);
    return model ? answersOfKeras(placeOf(titles.indexOf(title)), model) : [];
  };
  const who = `Keras ${results[0]?.keras} with ${KERAS_BACKEND}`;
  return new Map(names.map((name) => [name, { who, answers: answers(name) }]));
}

compareKept({
  ...{ who: 'Keras', limit: KERAS_LIMIT, models, ask },
  folder: join(import.meta.dirname, 'keras_answers'),
});
