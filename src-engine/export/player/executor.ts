/**
 * Runs the programs of a page: in the page itself, and here to prove it. Needs WebAssembly with vectors and nothing
 * else; one thread, no worker, no shared memory, since a file opened from a disk may have none.
 */
import { base64Decode } from '@bufbuild/protobuf/wire';
import { rngFeed } from '#engine/ops/philox.ts';
import type { PlayerModel, PlayerPart, PlayerPlace, PlayerProgram } from './model.ts';

/** By name; of one or more samples, one after another. */
export type PlayerNumbers = ReadonlyMap<string, ArrayLike<number>>;
export type PlayerAnswers = ReadonlyMap<string, Float32Array>;

export interface Player {
  readonly model: PlayerModel;
  /** `inputs` of `count` samples; what is not given is zero. */
  answer(part: PlayerPart, inputs: PlayerNumbers, count: number): PlayerAnswers;
  /** What the latent inputs of a part are by a seed; at most as many samples as its program draws. */
  draw(part: PlayerPart, seed: number, count: number): PlayerAnswers;
}

interface LoadedProgram {
  readonly program: PlayerProgram;
  readonly step: (thread: number) => void;
}

/** Takes a moment: WebAssembly is compiled. Rejects where there is none with vectors. */
export async function openPlayer(model: PlayerModel): Promise<Player> {
  const { memoryPages } = model;
  const memory = new WebAssembly.Memory({ initial: memoryPages, maximum: memoryPages });
  for (const { address, data } of model.memory) {
    const bytes = base64Decode(data);
    new Uint8Array(memory.buffer, address, bytes.length).set(bytes);
  }
  const load = async (program: PlayerProgram): Promise<LoadedProgram> => {
    // Bytes of their own: what is decoded may be a part of a larger buffer.
    const code = Uint8Array.from(base64Decode(program.code));
    const { instance } = await WebAssembly.instantiate(code, { env: { memory } });
    // The one export of every module.
    return { program, step: instance.exports['step'] as LoadedProgram['step'] };
  };
  const answering = new Map<PlayerPart, readonly LoadedProgram[]>();
  const drawing = new Map<PlayerPart, LoadedProgram>();
  for (const part of model.parts) {
    answering.set(part, await Promise.all(part.answers.map(load)));
    if (part.draw) drawing.set(part, await load(part.draw));
  }
  return {
    model,
    answer: (part, inputs, count) => runAll(memory, answering.get(part) ?? [], inputs, count),
    draw(part, seed, count) {
      const loaded = drawing.get(part);
      if (!loaded) return new Map();
      const { random } = loaded.program;
      const feed = rngFeed(seed, 0);
      if (random !== null) new Int32Array(memory.buffer, random, feed.length).set(feed);
      return new Map(run(memory, loaded, new Map(), 0, count));
    },
  };
}

/** Stretch by stretch, each with the program whose batch fits best. */
function runAll(
  memory: WebAssembly.Memory,
  programs: readonly LoadedProgram[],
  inputs: PlayerNumbers,
  count: number,
): PlayerAnswers {
  const all = new Map<string, Float32Array>();
  for (let done = 0; done < count;) {
    const loaded = programFor(programs, count - done);
    const now = Math.min(loaded.program.batch, count - done);
    for (const [name, values] of run(memory, loaded, inputs, done, now)) {
      const size = values.length / now;
      const whole = all.get(name) ?? new Float32Array(count * size);
      whole.set(values, done * size);
      all.set(name, whole);
    }
    done += now;
  }
  return all;
}

/** At least half full, or the smallest. */
function programFor(programs: readonly LoadedProgram[], count: number): LoadedProgram {
  const found = programs.findLast(({ program }) => program.batch <= 2 * count) ?? programs[0];
  if (!found) throw new Error('a part of the model has no program');
  return found;
}

function run(
  memory: WebAssembly.Memory,
  { program, step }: LoadedProgram,
  inputs: PlayerNumbers,
  from: number,
  count: number,
): readonly (readonly [string, Float32Array])[] {
  for (const [name, place] of Object.entries(program.inputs)) {
    const view = viewOf(memory, place, program.batch);
    const values = inputs.get(name) ?? [];
    for (let i = 0; i < count * place.size; i++) view[i] = values[from * place.size + i] ?? 0;
  }
  step(0);
  return Object.entries(program.outputs).map(([name, place]) => [
    name,
    Float32Array.from(viewOf(memory, place, program.batch).subarray(0, count * place.size)),
  ]);
}

function viewOf(
  { buffer }: WebAssembly.Memory,
  { address, dtype, size }: PlayerPlace,
  batch: number,
): Float32Array | Int32Array | Uint8Array {
  const count = batch * size;
  switch (dtype) {
    case 'f32':
      return new Float32Array(buffer, address, count);
    case 'i32':
      return new Int32Array(buffer, address, count);
    case 'u8':
      return new Uint8Array(buffer, address, count);
    default:
      return dtype satisfies never;
  }
}
