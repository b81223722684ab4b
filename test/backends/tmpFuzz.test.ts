// @ts-nocheck
/* eslint-disable */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import { analyse } from '#engine/check/analyse.ts';
import { compileRun, constantRate } from '#engine/compile/index.ts';
import { writeNpy } from '#engine/export/npy.ts';
import { writeProject } from '#engine/export/pytorch/index.ts';
import { ShapeError } from '#engine/ir/problem.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import { layers } from '#engine/layers/index.ts';
import { RandomStream } from '#engine/ops/philox.ts';
import { RunMemory } from '#engine/training/memory.ts';
import { writeContent } from '#main/exportProcess/writeContent.ts';
import { wasm } from '../support/engineRun.ts';
import { attrsOf } from '../support/layerCase.ts';
import { data, network } from '../support/network.ts';
import { onnxTrial } from '../support/onnxNetwork.ts';
import { asInitialised, randomNetwork, referenceAnswers } from '../support/randomNetwork.ts';

const SEED = Number(process.env['FUZZ_SEED'] ?? 1);
const SECONDS = Number(process.env['FUZZ_SECONDS'] ?? 60);
const WHAT = (process.env['FUZZ_WHAT'] ?? 'wasm,onnx').split(',');
const OUT = process.env['FUZZ_OUT'] ?? '/tmp/tail-fuzz.jsonl';
const ONLY = process.env['FUZZ_ONLY'];
const FOLDER = `/tmp/tail-fuzz-torch-${SEED}`;
const ROWS = 48;

type Any = any;
const NOISY = new Set([
  'Noise',
  'Mask',
  'DropPath',
  'Dropout',
  'Dropout1d',
  'Dropout2d',
  'AlphaDropout',
  'Reparameterise',
  'Latent',
]);

function drawAttr(attr: Any, r: RandomStream, name: string): Any {
  const pick = (list: readonly Any[]) => list[r.integer(list.length)];
  const ok = (v: number) =>
    v >= (attr.min ?? -Infinity) &&
    v <= (attr.max ?? Infinity) &&
    (attr.above === undefined || v > attr.above);
  switch (attr.kind) {
    case 'int': {
      const list = [attr.default > 64 ? 5 : attr.default, 1, 2, 3, 4, 5, 6, 8, 12].filter(ok);
      return list.length ? pick(list) : attr.default;
    }
    case 'number': {
      const list = [attr.default, attr.default / 2, attr.default * 2, 0.3, 1, 0].filter(ok);
      return list.length ? pick(list) : attr.default;
    }
    case 'bool':
      return r.uniform() < 0.5;
    case 'choice':
      return pick(attr.options);
    case 'pair':
      return pick([
        attr.default,
        [1, 1],
        [2, 2],
        [3, 3],
        [3, 2],
        [1, 3],
        [5, 5],
        ...(attr.min === 0
          ? [
              [0, 0],
              [1, 1],
              [0, 1],
            ]
          : []),
      ]);
    case 'shape':
      return pick([attr.default, [-1], [2, -1], [-1, 2], [2, 3, -1], [1, 2], [0], [1]]);
    case 'numbers':
      return pick([[], [1, 2, 0.5], [0.5, 3]]);
    default:
      return attr.default;
  }
}
const EXPRESSIONS = [
  { formula: 'x * sigmoid(x)' },
  { formula: 'a * b + a' },
  { formula: 'where(a > b, a, 0.3 * b) - min(a, 0.4)' },
  {
    formula: 'beta * tanh(x) + gamma * x ** 2',
    parameters: 'beta = 0.5, gamma = -0.2',
    perChannel: true,
  },
  { formula: 'cos(x) - sin(a) * softplus(b)' },
  { formula: 'clamp(x, -0.5, 0.5) + abs(a) ** 1.5' },
  { formula: 'a / (1 + exp(-b)) - sqrt(abs(x) + 0.1)' },
  { formula: 'gelu(x) + silu(x) - relu(x)' },
];

interface Made {
  title: string;
  document: Any;
  outs: string[];
  noisy: boolean;
}
function make(seed: number): Made | null {
  const r = new RandomStream(seed, 'data');
  const pick = <T>(list: readonly T[]): T => list[r.integer(list.length)] as T;
  const c = 1 + r.integer(9);
  const all: Any[] = [
    { name: 'vec', role: 'input', dtype: 'f32', shape: [pick([4, 6, 8, 13])] },
    {
      name: 'img',
      role: 'input',
      dtype: 'f32',
      shape: [pick([1, 2, 3, 4, 8]), pick([4, 5, 6, 8, 9, 12]), pick([4, 5, 6, 8, 11])],
    },
    { name: 'seq', role: 'input', dtype: 'f32', shape: [pick([3, 5, 8]), pick([4, 6, 8])] },
    { name: 'tok', role: 'input', dtype: 'i32', shape: [pick([3, 5])], classes: 7 },
  ];
  const fields = all.filter(() => r.uniform() < 0.4);
  if (fields.length === 0) fields.push(pick(all));
  let values: { ref: string; type: Any; uses: number }[] = fields.map((f) => ({
    ref: `data.${f.name}`,
    uses: 0,
    type: {
      dtype: f.dtype,
      shape: ['N', ...f.shape],
      ...(f.classes ? { classes: f.classes } : {}),
    },
  }));
  const nodes: Any[] = [];
  const wires: string[] = [];
  const title: string[] = [];
  const defs = [...layers.values()].filter(
    (d) => d.role !== 'data' && d.role !== 'loss' && d.role !== 'latent',
  );
  const steps = 2 + r.integer(6);
  let noisy = false;
  const add = (type: string, attrs: Any, inputs: typeof values): boolean => {
    const d = layers.get(type) as Any;
    const id = `n${nodes.length}`;
    let read: Any;
    try {
      read = attrsOf(type, attrs);
    } catch {
      return false;
    }
    let outs: Any;
    let ports: Any;
    try {
      ports = d.ports(read);
      if (ports.in.length !== inputs.length) return false;
      outs = d.infer(
        inputs.map((v) => v.type),
        read,
      );
    } catch (e) {
      if (e instanceof ShapeError) return false;
      throw new Error(
        `${type} ${JSON.stringify(attrs)} infer ${JSON.stringify(inputs.map((v) => v.type))}: ${(e as Error).message}`,
      );
    }
    if (outs.some((o: Any) => o.shape.slice(1).reduce((a: number, b: number) => a * b, 1) > 1500))
      return false;
    const params =
      d.params?.(
        inputs.map((v) => v.type),
        read,
      ) ?? {};
    if (Object.values(params).reduce((s: number, p: Any) => s + elementCount(p.shape), 0) > 20000)
      return false;
    const ranges = d.portRanges(read);
    nodes.push([id, type, attrs]);
    ports.in.forEach((p: string, k: number) => {
      let from = inputs[k]!.ref;
      const range = ranges[p];
      if (range && inputs[k]!.type.dtype === 'f32') {
        const w = `w${nodes.length}`;
        nodes.push([w, range[0] >= 0 ? 'Sigmoid' : range[1] <= 0 ? 'LogSigmoid' : 'Tanh', {}]);
        wires.push(`${from} > ${w}.x`);
        from = `${w}.y`;
      }
      wires.push(`${from} > ${id}.${p}`);
      inputs[k]!.uses += 1;
    });
    ports.out.forEach((p: string, k: number) =>
      values.push({ ref: `${id}.${p}`, type: outs[k], uses: 0 }),
    );
    if (NOISY.has(type)) noisy = true;
    title.push(`${type}${JSON.stringify(attrs)}`);
    return true;
  };
  for (const v of [...values]) {
    if (v.type.dtype !== 'f32') continue;
    const n = v.type.shape.length;
    if (r.uniform() < 0.8)
      add(
        n === 2 ? 'Linear' : n === 3 ? 'Conv1d' : 'Conv2d',
        n === 2
          ? { outFeatures: 6 + r.integer(6) }
          : n === 3
            ? { outChannels: pick([4, 6, 8]), kernelSize: pick([1, 3]), samePadding: true }
            : {
                outChannels: pick([4, 6, 8, 16]),
                kernelSize: pick([
                  [1, 1],
                  [3, 3],
                ]),
                samePadding: true,
                stride: [1, 1],
              },
        [v],
      );
  }
  let tries = 0;
  for (let done = 0; done < steps && tries < 400; tries++) {
    const d = pick(defs) as Any;
    const schema = d.attrs as Record<string, Any>;
    let attrs: Any = {};
    if (d.type === 'Expression') attrs = pick(EXPRESSIONS);
    else {
      const examples = (d.examples ?? []) as Any[];
      if (examples.length && r.uniform() < 0.2) attrs = { ...pick(examples) };
      else
        for (const [name, attr] of Object.entries(schema))
          if (r.uniform() < 0.45) attrs[name] = drawAttr(attr, r, name);
      if ('weightInit' in attrs && r.uniform() < 0.9) {
        delete attrs.weightInit;
        delete attrs.biasInit;
      }
      delete attrs.initValue;
      delete attrs.biasInit;
    }
    let ports: Any;
    try {
      ports = d.ports(attrsOf(d.type, attrs));
    } catch {
      continue;
    }
    for (let t = 0; t < 6; t++) {
      const recent = values.slice(-6);
      const inputs = ports.in.map(() => (r.uniform() < 0.7 ? pick(recent) : pick(values)));
      if (add(d.type, attrs, inputs)) {
        done += 1;
        break;
      }
    }
  }
  // Heads.
  const open = values.filter((v) => v.uses === 0 && v.type.dtype === 'f32');
  const trained = open.filter((v) => !v.ref.startsWith('data.'));
  if (trained.length === 0) return null;
  const outs: string[] = [];
  const targetFields: Any[] = [
    { name: 'label', role: 'label', dtype: 'i32', shape: [], classes: 3 },
  ];
  trained.slice(0, 4).forEach((v, k) => {
    outs.push(v.ref);
    let from = v.ref;
    if (v.type.shape.length !== 2) {
      nodes.push([`f${k}`, 'Flatten', {}]);
      wires.push(`${from} > f${k}.x`);
      from = `f${k}.y`;
    }
    nodes.push([`h${k}`, 'Linear', { outFeatures: 3 }]);
    wires.push(`${from} > h${k}.x`);
    const loss = pick([
      'CrossEntropyLoss',
      'MSELoss',
      'L1Loss',
      'HuberLoss',
      'BCEWithLogitsLoss',
      'MultiMarginLoss',
      'SmoothL1Loss',
      'FocalLoss',
      'PoissonNLLLoss',
    ]);
    const attrs: Any = {};
    const ld = layers.get(loss) as Any;
    for (const [name, attr] of Object.entries(ld.attrs as Record<string, Any>))
      if (r.uniform() < 0.4 && !['classDimension'].includes(name))
        attrs[name] = drawAttr(attr, r, name);
    if (attrs.weight && attrs.weight.length !== 3) delete attrs.weight;
    if (attrs.posWeight && ![1, 3].includes(attrs.posWeight.length)) delete attrs.posWeight;
    if ('ignoreIndex' in attrs) attrs.ignoreIndex = r.integer(3);
    nodes.push([`l${k}`, loss, attrs]);
    wires.push(`h${k}.y > l${k}.prediction`);
    if (['CrossEntropyLoss', 'MultiMarginLoss', 'FocalLoss'].includes(loss))
      wires.push(`data.label > l${k}.target`);
    else {
      const range = ld.portRanges(attrsOf(loss, attrs)).target;
      if (!targetFields.some((f) => f.name === 'target'))
        targetFields.push({ name: 'target', role: 'target', dtype: 'f32', shape: [3] });
      wires.push(`data.target > l${k}.target`);
    }
    title.push(`${loss}${JSON.stringify(attrs)}`);
  });
  const training = { objectives: [{ optimizer: { type: 'SGD', attrs: { lr: 0.01 } } }] };
  const usedFields = [...fields, ...targetFields].filter((f) =>
    wires.some((w) => w.startsWith(`data.${f.name} >`)),
  );
  try {
    const document = network([data(usedFields), ...nodes], wires, training);
    return { title: title.join(' | '), document, outs, noisy };
  } catch (e) {
    return {
      title: title.join(' | ') + ' PARSE ' + (e as Error).message,
      document: null,
      outs,
      noisy,
    };
  }
}

const storedAs = (f: Any) => (f.shape.length === 3 ? 'u8' : f.dtype);
function column(field: Any, index: number, seed: number) {
  const random = new RandomStream(seed, 'data', index);
  const count = field.shape.reduce((p: number, d: number) => p * d, ROWS);
  const numbers = Array.from({ length: count }, () => random.uniform());
  if (field.dtype === 'i32')
    return { field, stored: Int32Array.from(numbers, (v) => Math.floor(v * (field.classes ?? 1))) };
  if (storedAs(field) === 'u8')
    return { field, stored: Uint8Array.from(numbers, (v) => Math.floor(v * 256)) };
  return { field, stored: Float32Array.from(numbers) };
}

async function run(
  backend: Any,
  document: Any,
  analysis: Any,
  batch: number,
  seed: number,
  steps: number,
) {
  const fields = document.nodes.find((n: Any) => n.type === 'Data').attrs.fields;
  const binding = new Map(
    fields.map((field: Any) => [
      field.name,
      {
        field,
        storedDtype: storedAs(field),
        rows: ROWS,
        normalisation: field.shape.length === 3 ? { shift: [128], scale: [1 / 128] } : null,
      },
    ]),
  );
  const compiled = compileRun({
    document,
    analysis,
    binding,
    trainBatches: [batch],
    evaluateBatches: [batch],
    samples: 0,
    predictions: 0,
    probe: false,
    verify: true,
  } as Any);
  const session = await backend.open(compiled.memory);
  try {
    const memory = new RunMemory(session, compiled) as Any;
    const program = await session.load(compiled.train.get(batch));
    const evaluation = await session.load(compiled.evaluate.get(batch));
    memory.initialise(seed);
    memory.writeData(
      fields.map((f: Any, i: number) => column(f, i, seed)),
      ROWS,
    );
    const found = new Map<string, number[]>();
    const rows = (step: number) =>
      Int32Array.from({ length: batch }, (_, i) => (step * batch + 5 * i) % ROWS);
    const read = async (name: string, ref: Any) =>
      found.set(name, [...(await session.read(ref))].map(Number));
    for (let step = 0; step < steps; step++) {
      memory.writeStep(seed, step, constantRate(1e-3));
      memory.writeRows(rows(step));
      session.run(program);
      if (step === 0)
        for (const { name, gradient } of compiled.layout.parameters.values())
          await read(`g ${name}`, gradient);
      const loss = compiled.train.get(batch)!.outputs['loss'];
      if (loss) await read(`loss ${step}`, loss);
    }
    for (const { name, ref } of compiled.layout.parameters.values()) await read(`p ${name}`, ref);
    memory.writeRows(rows(7));
    memory.writeRandom?.(seed, 1000);
    session.run(evaluation);
    for (const [name, ref] of Object.entries(compiled.evaluate.get(batch)!.outputs))
      await read(`e ${name}`, ref);
    return found;
  } finally {
    await session.close();
  }
}

function compare(wanted: Map<string, number[]>, found: Map<string, number[]>): string | null {
  const gl = Math.max(
    1e-30,
    ...[...wanted]
      .filter(([k]) => k.startsWith('g '))
      .flatMap(([, v]) => v.map(Math.abs).filter(Number.isFinite)),
  );
  let worst = '';
  let most = 0;
  for (const [name, values] of wanted) {
    const own = found.get(name) ?? [];
    if (own.length !== values.length) return `${name} has ${own.length} not ${values.length}`;
    const size = name.startsWith('g ')
      ? gl
      : Math.max(1e-3, ...values.map(Math.abs).filter(Number.isFinite));
    values.forEach((v, i) => {
      const o = own[i] as number;
      if (Number.isNaN(v) && Number.isNaN(o)) return;
      if (v === o) return;
      if (!Number.isFinite(v) && !Number.isFinite(o)) return;
      if (Math.abs(v) > 1e30) return;
      const d = Math.abs(v - o) / size;
      if (!(d <= most)) {
        most = d;
        worst = `${name}[${i}] ${o} wanted ${v} (${d.toExponential(1)})`;
      }
    });
  }
  return most <= 2e-4 ? null : worst;
}

test('fuzz', async () => {
  const engines = [await wasm(1)(), await wasm(2)()];
  const reference = createReferenceBackend();
  const until = Date.now() + SECONDS * 1000;
  const told = (x: Any) => appendFileSync(OUT, JSON.stringify(x) + '\n');
  let count = 0,
    bad = 0,
    skipped = 0,
    written = 0;
  const titles: string[] = [];
  for (let seed = SEED * 100000; Date.now() < until; seed++) {
    if (ONLY !== undefined) {
      if (seed > SEED * 100000) break;
      seed = Number(ONLY);
    }
    let made: Made | null = null;
    try {
      made = make(seed);
    } catch (e) {
      told({ seed, kind: 'make', error: (e as Error).message });
      bad++;
      continue;
    }
    if (!made) {
      skipped++;
      continue;
    }
    if (!made.document) {
      told({ seed, kind: 'parse', title: made.title });
      continue;
    }
    const { document, title, outs } = made;
    let analysis: Any;
    try {
      analysis = analyse(document);
    } catch (e) {
      told({ seed, kind: 'analyse', title, error: (e as Error).stack?.slice(0, 600) });
      bad++;
      continue;
    }
    const errors = analysis.problems.filter((p: Any) => p.severity === 'error');
    if (errors.length) {
      skipped++;
      told({
        seed,
        kind: 'problem',
        title,
        error: errors.map((e: Any) => e.code + ' ' + e.message).join('; '),
      });
      continue;
    }
    count++;
    const least = Math.max(
      1,
      ...analysis.live.map((id: string) => {
        const n = analysis.nodes.get(id);
        return n?.definition?.leastBatch?.(n.ports.in.map((p: string) => n.inputs[p])) ?? 1;
      }),
    );
    const r = new RandomStream(seed + 7, 'data');
    const batch = Math.max(least, [1, 3, 5, 7, 16][r.integer(5)] as number);
    if (WHAT.includes('wasm')) {
      const engine = engines[seed % 2];
      const results: (string | null)[] = [];
      try {
        for (const data of [1, 2, 3]) {
          const wanted = await run(reference, document, analysis, batch, data, 2);
          const found = await run(engine, document, analysis, batch, data, 2);
          const why = compare(wanted, found);
          results.push(why);
          if (why === null && data === 1) break;
        }
        if (results.length > 1) {
          bad++;
          told({
            seed,
            kind: 'wasm',
            batch,
            threads: 1 + (seed % 2),
            fails: results.filter((x) => x !== null).length,
            results,
            title,
          });
        }
      } catch (e) {
        bad++;
        told({ seed, kind: 'wasm-throws', batch, title, error: (e as Error).stack?.slice(0, 900) });
      }
    }
    const outputs = outs.map((ref, k) => ({
      name: `o${k}`,
      from: { node: ref.slice(0, ref.lastIndexOf('.')), port: ref.slice(ref.lastIndexOf('.') + 1) },
    }));
    if (WHAT.includes('onnx')) {
      try {
        const trial = onnxTrial(document, outputs, {
          options: { foldBatchNorm: seed % 3 === 0 },
          rangeOf: asInitialised,
        });
        const answers = await trial.answers([1, 3, 4][seed % 3] as number);
        for (const { name, got, wanted } of answers) {
          const size = Math.max(...wanted.map(Math.abs).filter(Number.isFinite), 1e-3);
          let most = 0;
          wanted.forEach((w, i) => {
            const g = got[i] ?? NaN;
            if (Number.isNaN(w) && Number.isNaN(g)) return;
            if (w === g) return;
            const d = Math.abs(w - g) / size;
            if (!(d <= most)) most = d;
          });
          if (!(most <= 1e-4) || got.length !== wanted.length) {
            bad++;
            told({ seed, kind: 'onnx', name, most, lengths: [got.length, wanted.length], title });
            break;
          }
        }
      } catch (e) {
        const s = (e as Error).message;
        bad++;
        told({
          seed,
          kind: 'onnx-throws',
          title,
          error: s.slice(0, 500),
          code: (e as Any).problems?.[0]?.code,
        });
      }
    }
    if (WHAT.includes('torch') && !made.title.includes('Latent')) {
      const place = join(FOLDER, String(seed));
      try {
        const net = randomNetwork(document, () => null, asInitialised);
        const source = { ...net, trained: true, dataMetadata: {} };
        const written_ = await writeProject(
          source as Any,
          { training: false },
          { data: () => Promise.reject(new Error('none')), metadata: {} },
        );
        await writeContent(place, 'folder', written_);
        const outputs2 = net.analysis.heads.flatMap(({ loss, prediction }: Any) =>
          prediction ? [{ name: loss, from: prediction }] : [],
        );
        const { feeds, wanted } = referenceAnswers(net, {
          batch: 3,
          outputs: outputs2,
          isInput: (n) => ['vec', 'img', 'seq', 'tok'].includes(n),
        });
        for (const each of ['feeds', 'wanted']) mkdirSync(join(place, each), { recursive: true });
        for (const [name, { type, values }] of Object.entries(feeds))
          writeFileSync(
            join(place, 'feeds', `${name}.npy`),
            writeNpy({
              shape: type.shape,
              data: type.dtype === 'i32' ? Int32Array.from(values) : Float32Array.from(values),
            } as Any),
          );
        for (const [k, { shape, values }] of wanted.entries())
          writeFileSync(
            join(place, 'wanted', `${k}.npy`),
            writeNpy({ shape, data: Float32Array.from(values) } as Any),
          );
        written++;
        titles[seed] = title;
      } catch (e) {
        bad++;
        told({ seed, kind: 'torch-throws', title, error: (e as Error).stack?.slice(0, 600) });
      }
    }
    if (ONLY !== undefined) {
      console.log(title, batch);
      console.log(
        document.wires
          .map((w: Any) => `${w.from.node}.${w.from.port} > ${w.to.node}.${w.to.port}`)
          .join('; '),
      );
      for (const each of engines) {
        const wanted = await run(reference, document, analysis, batch, 1, 2);
        const found = await run(each, document, analysis, batch, 1, 2);
        for (const [k, v] of wanted) {
          const o = found.get(k)!;
          const d = Math.max(...v.map((x, i) => Math.abs(x - o[i]!)));
          if (!(d < 1e-3)) console.log(k, d, v.slice(0, 6), o.slice(0, 6));
        }
      }
    }
  }
  if (WHAT.includes('torch')) {
    const { stdout, stderr } = spawnSync(
      '/tmp/venv-tail/bin/python',
      ['test/parity/torch_models.py', FOLDER],
      { encoding: 'utf8', maxBuffer: 1 << 28 },
    );
    if (stderr) console.log(stderr.slice(-1000));
    for (const line of stdout.trim().split('\n').filter(Boolean)) {
      const { name, worst, error } = JSON.parse(line);
      if (error !== null || !(worst <= 1e-4)) {
        bad++;
        told({
          seed: Number(name),
          kind: 'torch',
          worst,
          error: error?.slice(-700),
          title: titles[Number(name)],
        });
      }
    }
  }
  console.log({ count, bad, skipped, written });
  expect(true).toBe(true);
}, 3_000_000);
