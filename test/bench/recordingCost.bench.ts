/**
 * What recording costs the training: steps a second with everything recorded and with nothing recorded, in
 * turns within one run that is watched in full, so that the two halves of a pair are seconds apart. With
 * `BENCH_HIDDEN=1` nobody looks. Prints, asserts nothing.
 *
 *   npm run build && npx vitest run --config test/bench/vitest.config.ts recordingCost
 */
import { readFileSync } from 'node:fs';
import { test } from 'vitest';
import { restoreDocumentText } from '#engine/ir/restoreDocument.ts';
import { startApp } from '#test/support/app.ts';
import { example } from '#test/support/cli.ts';

const PAIRS = Number(process.env['BENCH_PAIRS'] ?? 12);
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 2.5);
const names = (process.env['BENCH_EXAMPLES'] ?? 'moons,digits-mlp,digits-lenet').split(',');
const SETTLE_MS = 300;
const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));
const sorted = (values: readonly number[]) => values.toSorted((a, b) => a - b);
const at = (values: readonly number[], share: number) =>
  sorted(values)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? NaN;

test.each(names)('%s', async (name) => {
  const { services, client, close } = startApp();
  const { runs, engine } = services;
  const restored = restoreDocumentText(readFileSync(example(name), 'utf8'));
  if (!restored.ok) throw new Error(`${name} cannot be read`);
  const training = { ...restored.document.training, epochs: 100_000, earlyStopping: null };
  const document = { ...restored.document, training: { ...training, device: 'cpu' as const } };
  if (process.env['BENCH_HIDDEN'] === '1') await client.call('training.look', { visible: false });
  let told: { readonly step: number; readonly atMs: number } | null = null;
  engine.on('progress', ({ progress: { step } }) => (told = { step, atMs: performance.now() }));
  const { id: runId } = await client.call('training.start', { document });
  while (((told as { step: number } | null)?.step ?? 0) < 200) await wait(20);

  let isRecording = true;
  const gated = <A extends readonly unknown[]>(own: (...input: A) => void) => {
    return (...input: A): void => {
      if (isRecording) own(...input);
    };
  };
  runs.metrics = gated(runs.metrics.bind(runs));
  runs.snapshot = gated(runs.snapshot.bind(runs));
  runs.progress = gated(runs.progress.bind(runs));
  runs.checkpointed = gated(runs.checkpointed.bind(runs));
  runs.log = gated(runs.log.bind(runs));

  const half = async (records: boolean) => {
    isRecording = records;
    runs.flush();
    await wait(SETTLE_MS);
    const [from, before] = [told, process.cpuUsage()];
    await wait(SECONDS * 1e3);
    const [to, used] = [told, process.cpuUsage(before)];
    if (!from || !to) throw new Error('it tells nothing');
    const ms = to.atMs - from.atMs;
    return {
      perSecond: (1e3 * (to.step - from.step)) / ms,
      cpu: (used.user + used.system) / 1e3 / ms,
    };
  };
  const ratios: number[] = [];
  const rates: number[] = [];
  const cpu: { readonly on: number[]; readonly off: number[] } = { on: [], off: [] };
  for (let pair = 0; pair < PAIRS; pair++) {
    const first = pair % 2 === 0;
    const [a, b] = [await half(first), await half(!first)];
    const [on, off] = first ? [a, b] : [b, a];
    ratios.push(on.perSecond / off.perSecond);
    rates.push(off.perSecond);
    cpu.on.push(on.cpu);
    cpu.off.push(off.cpu);
  }
  isRecording = true;
  await client.call('training.stop', { runId });
  await close();
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
  console.log(
    `${name}: ${at(rates, 0.5).toFixed(0)} steps a second without; with recording ` +
      `${at(ratios, 0.5).toFixed(3)} of that (quartiles ${at(ratios, 0.25).toFixed(3)} to ` +
      `${at(ratios, 0.75).toFixed(3)}, ${PAIRS} pairs); the host takes ${percent(at(cpu.on, 0.5))} of a ` +
      `core with and ${percent(at(cpu.off, 0.5))} without`,
  );
});
