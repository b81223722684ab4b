/**
 * A network as a page runs it: its programs compiled for good, its weights where they expect them, and what its
 * inputs and outputs are.
 */
import { base64Encode } from '@bufbuild/protobuf/wire';
import { compileStandalone, type StandaloneModules } from '#engine/backends/wasm/index.ts';
import { compileForwards, type ForwardOutput, PORT } from '#engine/compile/forward.ts';
import type { Layout } from '#engine/compile/layout.ts';
import type { BufferRef, Program } from '#engine/compile/program.ts';
import { generatedOutput } from '#engine/check/generated.ts';
import { portKey } from '#engine/compile/lower.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import { RNG_WORDS } from '#engine/ops/philox.ts';
import { parseFittedData } from '#engine/training/fittedData.ts';
import { initialValues } from '#engine/training/initialise.ts';
import type { WriteContext } from '../define.ts';
import type { ExportSource } from '../source.ts';
import { openPlayer } from './executor.ts';
import { factsOf } from './facts.ts';
import { bytesOf, examplesOf, readPrepared } from './held.ts';
import { type Asking, inputOf } from './inputs.ts';
import {
  PLAYER_VERSION,
  type PlayerModel,
  type PlayerPart,
  type PlayerPlace,
  type PlayerProgram,
} from './model.ts';
import { outputOf } from './outputs.ts';
import { type Part, partsOf } from './parts.ts';

/** How many are made or drawn at once, for a sheet of them. */
const SHEET = 16;
/** Of points of a line or a plane, which are answered by the thousand. */
const PLANE_BATCH = 256;
/** Points go along for the plot that they are drawn in. */
const PLANE_EXAMPLES = 200;
/** Numbers of a row that a plot shows all of. */
const PLANE_SIZE = 2;

export interface WrittenPlayer {
  readonly model: PlayerModel;
  /** Nodes that no program computes. */
  readonly leftOut: readonly string[];
}

export async function writePlayerModel(
  source: ExportSource,
  { outputs, metadata, producer, data }: WriteContext,
  options: { readonly examples: number },
): Promise<WrittenPlayer> {
  const prepared = await readPrepared(data);
  const fitted = parseFittedData(source.dataMetadata, '');
  const asking: Asking = { source, prepared, table: fitted?.table ?? null };
  const parts = partsOf(source, outputs);
  const compiled = compiledParts(source, parts);
  const { document, analysis } = source;
  const made = generatedOutput(analysis, document);
  const isAlone = outputs.length === 1;
  const described = parts.map((part, i): PlayerPart => {
    const shown = part.outputs.map((output) => {
      const isGenerated = made !== null && portKey(made) === portKey(output.from);
      return outputOf(output, asking, { isGenerated, isAlone });
    });
    const truths = shown.flatMap(({ output, truth }) =>
      truth === null ? [] : [[output.name, truth] as const],
    );
    const fields = part.asks.flatMap(({ kind, name }) => (kind === 'field' ? [name] : []));
    const wanted = isPlane(part) && options.examples > 0 ? PLANE_EXAMPLES : options.examples;
    return {
      inputs: part.asks.map((ask) => inputOf(ask, asking)),
      outputs: shown.map(({ output }) => output),
      answers: compiled.answers[i] ?? [],
      draw: compiled.draws[i] ?? null,
      examples: prepared
        ? examplesOf(prepared, { inputs: fields, truths: new Map(truths), wanted })
        : { count: 0, from: 'validation', inputs: {}, truths: {} },
    };
  });
  const model: PlayerModel = {
    version: PLAYER_VERSION,
    ...{ title: document.name, notes: document.notes ?? '' },
    facts: factsOf(source, metadata, producer),
    ...{ memoryPages: compiled.memoryPages, memory: compiled.memory, parts: described },
  };
  const isIn = (id: string): boolean =>
    compiled.nodes.has(id) && analysis.nodes.get(id)?.definition?.role !== 'noise';
  return {
    model: await withLatentRanges(model),
    leftOut: analysis.order.filter((id) => !isIn(id)),
  };
}

/** One row of at most two numbers. */
function isPlane({ asks }: Part): boolean {
  const [ask, ...others] = asks;
  return (
    others.length === 0 &&
    ask?.kind === 'field' &&
    ask.field.shape.length <= 1 &&
    elementCount(ask.field.shape) <= PLANE_SIZE
  );
}

const batchesOf = (part: Part): readonly number[] => {
  if (isPlane(part)) return [1, PLANE_BATCH];
  return part.asks.every(({ kind }) => kind === 'latent') ? [1, SHEET] : [1];
};

function compiledParts(source: ExportSource, parts: readonly Part[]) {
  const answers = parts.flatMap((part, i) =>
    batchesOf(part).map((batch) => ({
      ...{ part, i, batch, outputs: part.outputs },
      latents: 'fed' as const,
    })),
  );
  const draws = parts.flatMap((part, i) => {
    const outputs = part.asks.flatMap((ask): ForwardOutput[] =>
      ask.kind === 'latent' ? [{ name: ask.name, from: ask }] : [],
    );
    return outputs.length > 0 ? [{ ...{ part, i, outputs }, batch: SHEET }] : [];
  });
  const { layout, memory, programs, nodes } = compileForwards(source, [...answers, ...draws]);
  const modules = compileStandalone(memory, programs);
  const packed = (i: number, { part, batch }: { readonly part: Part; readonly batch: number }) =>
    packedProgram({ layout, modules, program: programs[i], code: modules.modules[i], part, batch });
  return {
    nodes,
    memoryPages: modules.memoryPages,
    memory: memoryOf(source, layout, modules),
    answers: parts.map((_, part) =>
      answers.flatMap((each, i) => (each.i === part ? [packed(i, each)] : [])),
    ),
    draws: parts.map((_, part) => {
      const at = draws.findIndex((each) => each.i === part);
      const draw = draws[at];
      return draw ? packed(answers.length + at, draw) : null;
    }),
  };
}

function packedProgram(request: {
  readonly layout: Layout;
  readonly modules: StandaloneModules;
  readonly program: Program | undefined;
  readonly code: Uint8Array | undefined;
  readonly part: Part;
  readonly batch: number;
}): PlayerProgram {
  const { layout, modules, program, code, part, batch } = request;
  if (!program || !code) throw new Error('every request has its program');
  const isRead = (ref: BufferRef): boolean =>
    program.calls.some(({ inputs }) =>
      inputs.some(
        ({ arena, offsetBytes }) => arena === ref.arena && offsetBytes === ref.offsetBytes,
      ),
    );
  const place = (ref: BufferRef): PlayerPlace => ({
    address: modules.address(ref),
    dtype: ref.type.dtype,
    size: elementCount(ref.type.shape) / batch,
  });
  const inputs = part.asks.flatMap((ask) => {
    const shape = [batch, ...(ask.kind === 'field' ? ask.field.shape : ask.shape)];
    const name =
      ask.kind === 'field' ? (`input:${ask.name}` as const) : (`latent:${portKey(ask)}` as const);
    const ref = layout.find({ kind: 'feed', name }, shape);
    return ref && isRead(ref) ? [[ask.name, place(ref)] as const] : [];
  });
  const random = layout.find({ kind: 'feed', name: 'rng' }, [RNG_WORDS]);
  return {
    batch,
    code: base64Encode(code),
    inputs: Object.fromEntries(inputs),
    outputs: Object.fromEntries(
      Object.entries(program.outputs)
        .filter(([name]) => !name.startsWith(PORT))
        .map(([name, ref]) => [name, place(ref)]),
    ),
    random: random && isRead(random) ? modules.address(random) : null,
  };
}

/** Weights of the model, numbers of its own (how inputs are scaled), and tables of kernels. */
function memoryOf(
  { tensors, document }: ExportSource,
  { parameters, buffers }: Layout,
  modules: StandaloneModules,
): PlayerModel['memory'] {
  const { seed } = document.training;
  const all = [...parameters.values(), ...buffers.values()];
  // Of an answer that does not need them there is no place for them either.
  const slots = all
    .filter(({ ref }) => modules.isUsed(ref))
    .map(({ name, init, ref }) => {
      const count = elementCount(ref.type.shape);
      const values = tensors.get(name)?.data ?? initialValues(init, count, seed, name);
      const data = base64Encode(bytesOf(Float32Array.from(values)));
      return { name, address: modules.address(ref), data };
    });
  const tables = modules.tables.map(({ address, values }, i) => ({
    ...{ name: `table ${i + 1}`, address, data: base64Encode(bytesOf(values)) },
  }));
  return [...slots, ...tables];
}

/** How far the numbers of latent inputs reach: of one or the other distribution, found by drawing some. */
async function withLatentRanges(model: PlayerModel): Promise<PlayerModel> {
  if (model.parts.every(({ draw }) => draw === null)) return model;
  const player = await openPlayer(model);
  const parts = model.parts.map((part): PlayerPart => {
    const drawn = player.draw(part, 0, SHEET);
    const inputs = part.inputs.map((input) => {
      if (input.kind !== 'latent') return input;
      const largest = (drawn.get(input.name) ?? new Float32Array(1)).reduce(
        (most, value) => Math.max(most, Math.abs(value)),
        0,
      );
      return { ...input, low: -Math.ceil(largest), high: Math.ceil(largest) };
    });
    return { ...part, inputs };
  });
  return { ...model, parts };
}
