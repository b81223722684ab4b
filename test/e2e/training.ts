/** Runs that are there before a test looks at them. */
import type { NetworkDocument } from '#engine/ir/document.ts';
import { isActive, type RunSummary } from '#engine/protocol/index.ts';
import type { ServerClient } from '../support/serverClient.ts';

export async function exampleDocument(
  client: ServerClient,
  name: string,
): Promise<NetworkDocument> {
  const examples = await client.call('projects.examples', null);
  const found = examples.find((example) => example.name === name);
  if (!found) throw new Error(`There is no example ${name}.`);
  return found.document;
}

/** With other settings of training; the rate is the optimiser's. */
export function trainedWith(
  document: NetworkDocument,
  settings: { readonly epochs?: number; readonly seed?: number; readonly lr?: number },
): NetworkDocument {
  const { lr, ...own } = settings;
  const training = { ...document.training, ...own };
  if (lr === undefined) return { ...document, training };
  const objectives = training.objectives.map(({ optimizer, ...objective }) => ({
    ...objective,
    optimizer: { ...optimizer, attrs: { ...optimizer.attrs, lr } },
  }));
  return { ...document, training: { ...training, objectives } };
}

/** Trains it to its end, as a page that starts it would. */
export async function train(
  client: ServerClient,
  name: string,
  document: NetworkDocument,
): Promise<void> {
  const ended = new Map<string, RunSummary>();
  let tell = (): void => undefined;
  const stop = client.on('run.changed', (run) => {
    if (isActive(run.progress.state)) return;
    ended.set(run.id, run);
    tell();
  });
  const { id: runId } = await client.call('training.start', { document });
  const { progress } = await new Promise<RunSummary>((done) => {
    tell = () => {
      const run = ended.get(runId);
      if (run) done(run);
    };
    tell();
  });
  stop();
  if (progress.state !== 'finished') throw new Error(`${name} is ${progress.state}.`);
  await client.call('runs.annotate', { runId, name });
}
