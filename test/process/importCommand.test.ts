/**
 * Rule: what left comes in as a run that answers bit for bit as it did, leaves again as the same bytes and can be
 * begun with; weights of another network are refused with the names of what does not fit.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSafetensors, writeSafetensors } from '#engine/export/safetensors.ts';
import { askCli, example, runCli, temporaryFolder } from '#test/support/cli.ts';

let folder: ReturnType<typeof temporaryFolder>;
const cli = (...args: readonly string[]) => askCli(folder.path, ...args);
const at = (name: string): string => join(folder.path, name);
/** As another machine, which has none of the runs. */
const elsewhere = (...args: readonly string[]) => askCli(join(folder.path, 'elsewhere'), ...args);

beforeAll(async () => {
  folder = temporaryFolder();
  const trained = await cli(
    ...['train', example('moons'), '--steps', '60', '--run-name', 'bow', '--json'],
  );
  if (trained.code !== 0) throw new Error(trained.stderr);
  writeFileSync(at('some.json'), '[[0.5, -0.25], [1.5, 0.75]]');
  for (const [format, file] of [
    ['json', 'bow.model.json'],
    ['safetensors', 'bow.safetensors'],
  ] as const) {
    const left = await cli('export', 'bow', '--to', format, '-o', at(file), '--no-card');
    if (left.code !== 0) throw new Error(left.stderr);
  }
});
afterAll(() => folder.remove());

interface Imported {
  readonly project: string;
  readonly run: { readonly id: string; readonly name: string };
}
const asked = (): readonly string[] => ['--input', at('some.json'), '--json'];

test.each([
  ['where it was trained', cli],
  ['where nobody has seen it', elsewhere],
])('a model is a run: %s', async (_where, run) => {
  const wanted = (await cli('predict', 'bow', ...asked())).stdout;
  const came = await run(
    ...['import', at('bow.model.json'), '--run', '-o', at('back.netloom.json'), '--json'],
  );
  expect([came.code, came.stderr]).toEqual([0, '']);
  const { run: imported } = JSON.parse(came.stdout) as Imported;
  expect(imported.name).toBe('bow');
  expect((await run('predict', imported.id, ...asked())).stdout).toBe(wanted);
  const again = at('again.model.json');
  expect((await run('export', imported.id, '--to', 'json', '-o', again, '--no-card')).code).toBe(0);
  expect(readFileSync(again)).toEqual(readFileSync(at('bow.model.json')));
  const shown = await run('runs', 'show', imported.id, '--json');
  expect(JSON.parse(shown.stdout)).toMatchObject({ status: 'imported', device: '' });
});

test('weights are a run of their project, and can be begun with', async () => {
  const came = await runCli(
    ...[folder.path, 'import', at('bow.safetensors'), '--project', example('moons'), '--json'],
  );
  expect([came.code, came.stderr]).toEqual([0, '']);
  const { run } = JSON.parse(came.stdout) as Imported;
  const wanted = (await cli('predict', 'bow', ...asked())).stdout;
  expect((await cli('predict', run.id, ...asked())).stdout).toBe(wanted);
  const on = await cli('train', example('moons'), '--steps', '3', '--from', run.id, '--json');
  expect(on.code).toBe(0);
});

test('what does not fit is named, and nothing is put on record', async () => {
  const { tensors, metadata } = readSafetensors(readFileSync(at('bow.safetensors')), 'x');
  const changed = new Map(tensors);
  const [weight, bias] = [...tensors.keys()];
  if (weight === undefined || bias === undefined) throw new Error('no weights');
  changed.delete(bias);
  changed.set(weight, { shape: [1, 1], data: Float32Array.of(1) });
  changed.set('other.weight', { shape: [1], data: Float32Array.of(1) });
  // As PyTorch's state_dict has them.
  changed.set('bn1.num_batches_tracked', { shape: [1], data: Int32Array.of(1) });
  writeFileSync(at('wrong.safetensors'), writeSafetensors({ tensors: changed, metadata }));
  const before = (await cli('runs', '--json')).stdout;
  const refused = await cli(...['import', at('wrong.safetensors'), '--project', example('moons')]);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('weights.misfit');
  for (const name of [weight, bias, 'other.weight']) expect(refused.stderr).toContain(name);
  expect(refused.stderr).not.toContain('num_batches_tracked');
  expect((await cli('runs', '--json')).stdout).toBe(before);
  const nobodys = await cli('import', at('bow.safetensors'));
  expect(nobodys.stderr).toContain('import.whose-weights');
});
