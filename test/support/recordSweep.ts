/** A finished sweep on record, as one of an example would have left it: its trials are runs that told made-up figures. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { analyse } from '#engine/check/analyse.ts';
import { monitorOf } from '#engine/check/monitor.ts';
import { NO_FILES } from '#engine/datasets/index.ts';
import { restoreDocumentText } from '#engine/ir/restoreDocument.ts';
import {
  ablation,
  readSpace,
  removableNodes,
  Sweep,
  sweepName,
  type SweepTrial,
  trialName,
} from '#engine/search/index.ts';
import { processOwners } from '#main/services/runs/owner.ts';
import { RunsService } from '#main/services/runs/runs.ts';
import { SweepStore } from '#main/services/sweeps/store.ts';
import { example } from './cli.ts';

const EPOCHS = 8;
const STEPS = 20;

/** What varies, how often each setting is trained, and by which strategy; of the example of moons. */
const KINDS = {
  ablation: { texts: null, seeds: 1, strategy: 'grid' },
  grid: { texts: ['fc1.outFeatures=2,4,8,16,32'], seeds: 3, strategy: 'grid' },
  seeds: { texts: [], seeds: 5, strategy: 'grid' },
  tpe: {
    texts: ['lr=log:1e-4..1', 'fc1.outFeatures=2..64', 'batch=16,32,64', 'relu1=ReLU,Tanh,GELU'],
    ...{ seeds: 1, strategy: 'tpe' },
  },
} as const;

export default function recordSweep(home: string, kindName: string, settings: string): void {
  const kind = KINDS[kindName as keyof typeof KINDS];
  const nothing = (): undefined => undefined;
  const runs = new RunsService({
    ...{ folder: home, onChanged: nothing, onRemoved: nothing, onFault: nothing },
  });
  const store = new SweepStore(home);
  const read = restoreDocumentText(readFileSync(example('moons'), 'utf8'));
  if (!read.ok) throw new Error('The example cannot be read.');
  const { document } = read;
  const monitor = monitorOf(document.training, analyse(document));
  if (!monitor) throw new Error('The example is judged by nothing.');
  const { texts, seeds, strategy } = kind;
  const space = texts ? readSpace(texts, document) : [ablation(removableNodes(document))];
  const plan = {
    ...{ name: sweepName(document, space, seeds), space, strategy, seeds, monitor },
    ...{ stopping: null, trials: Number(settings), minutes: null, seed: 0 },
  };
  const sweep = new Sweep(plan, document);
  const id = randomUUID();
  const body = {
    ...{ createdAt: new Date().toISOString(), documentId: document.id ?? null },
    ...{ projectName: document.name, plan, elapsedMs: Number(settings) * 2100, reason: '' },
    access: NO_FILES,
  };
  store.add({ id, owner: processOwners.self, state: 'running', body }, document);
  for (let trial = sweep.next(); trial; trial = sweep.next()) {
    const { number } = trial;
    const made = sweep.document(trial);
    const { id: runId } = runs.create(made, {
      ...{ name: trialName(document, plan, trial), tags: [plan.name] },
    });
    sweep.begun(number, runId);
    // The last third of a long search is stopped now and then, and one of many breaks.
    const state = number % 29 === 11 ? 'failed' : number % 7 === 5 ? 'stopped' : 'finished';
    const epochs = state === 'finished' ? EPOCHS : 2;
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const loss = lossAt(trial, epoch);
      sweep.report(number, epoch, monitor.key === 'loss' ? loss : 1 - loss / 2);
      const at = { step: epoch * STEPS, timeMs: epoch * STEPS * 4, epoch };
      const values = { loss, accuracy: 1 - loss / 2 };
      const points = (['train', 'validation'] as const).map((split) => ({ split, ...at, values }));
      runs.metrics({ runId, points });
    }
    const reason = { failed: 'The loss was not finite.', stopped: 'Worse than the median of 4.' };
    sweep.ended(number, state, state === 'finished' ? undefined : reason[state]);
    const { progress } = runs.summary(runId);
    const steps = { step: epochs * STEPS, totalSteps: EPOCHS * STEPS, stepsPerEpoch: STEPS };
    const done = { epoch: epochs, totalEpochs: EPOCHS, elapsedMs: 1200 + number * 37 };
    runs.progress({ runId, progress: { ...progress, ...steps, ...done, state } });
    store.putTrial(id, sweep.trial(number));
  }
  store.put(id, 'finished', body);
  store.close();
  runs.close();
}

/** Falls with each epoch to what its setting comes to; the same for the same trial. */
function lossAt({ values, seed, setting }: SweepTrial, epoch: number): number {
  const numbers = Object.values(values).map((value) =>
    typeof value === 'number' ? Math.log10(value) : JSON.stringify(value).length / 8,
  );
  const far = numbers.reduce((sum, value, i) => sum + Math.abs(value + 1.7 - i), 0);
  const floor = 0.05 + far / 12 + Math.abs(Math.sin(seed * 12.9898 + setting)) / 60;
  return floor + Math.exp(-epoch / 2) * 0.7;
}
