/**
 * Reads what a probing step left behind and makes a TelemetryFrame of it: numbers and small pictures,
 * never whole tensors.
 */
import type { LoadedProgram } from '../backends/backend.ts';
import type { Analysis } from '../check/analysis.ts';
import { probedNodes, probeName } from '../compile/index.ts';
import type { BufferRef } from '../compile/program.ts';
import { elementCount } from '../ir/tensor.ts';
import type {
  Histogram,
  NodePicture,
  NodeTelemetry,
  ParameterTelemetry,
  TelemetryFrame,
} from '../protocol/run.ts';
import type { RunMemory } from './memory.ts';

/** At most so many outputs are drawn as bars. */
const MAX_BARS = 16;

export class TelemetryReader {
  readonly #memory: RunMemory;
  readonly #program: LoadedProgram;
  readonly #nodes: readonly string[];
  /** The feature map shown for each node, chosen once so that pictures do not jump. */
  readonly #channels = new Map<string, number>();

  constructor(memory: RunMemory, program: LoadedProgram, analysis: Analysis) {
    this.#memory = memory;
    this.#program = program;
    this.#nodes = probedNodes(analysis);
  }

  async frame(step: number, epoch: number, timeMs: number): Promise<TelemetryFrame> {
    const nodes: NodeTelemetry[] = [];
    for (const id of this.#nodes) {
      const node = await this.#node(id);
      if (node) nodes.push(node);
    }
    const parameters: ParameterTelemetry[] = [];
    for (const { name, node, ref } of this.#memory.compiled.layout.parameters.values()) {
      parameters.push(await this.#parameter(name, node, ref));
    }
    return { step, epoch, timeMs, nodes, parameters };
  }

  /** Norms of the whole gradient and of all parameters. */
  async norms(): Promise<{ readonly gradientNorm: number; readonly parameterNorm: number }> {
    return {
      gradientNorm: await this.#scalar('gradientNorm'),
      parameterNorm: await this.#scalar('parameterNorm'),
    };
  }

  /** The first node in graph order whose output is not finite, after a probing step. */
  async firstNonFinite(): Promise<string | null> {
    for (const id of this.#nodes) {
      const stats = await this.#read(probeName.stats(id));
      if ((stats?.[5] ?? 0) > 0) return id;
    }
    return null;
  }

  async #node(id: string): Promise<NodeTelemetry | null> {
    const stats = await this.#read(probeName.stats(id));
    const counts = await this.#read(probeName.histogram(id));
    if (!stats || !counts) return null;
    const [min = 0, max = 0, mean = 0, standardDeviation = 0, zeroShare = 0, nonFiniteShare = 0] =
      stats;
    const dead = await this.#read(probeName.dead(id));
    const gradient = await this.#read(probeName.gradient(id));
    const picture = await this.#picture(id);
    return {
      node: id,
      activation: { min, max, counts },
      mean,
      standardDeviation,
      zeroShare,
      nonFiniteShare,
      ...(dead ? { deadShare: dead[0] ?? 0 } : {}),
      ...(gradient ? { gradientNorm: gradient[0] ?? 0 } : {}),
      ...(picture ? { picture } : {}),
    };
  }

  async #parameter(name: string, node: string, ref: BufferRef): Promise<ParameterTelemetry> {
    const [min = 0, max = 0, mean = 0, standardDeviation = 0] =
      (await this.#read(probeName.parameterStats(name))) ?? [];
    const counts = (await this.#read(probeName.parameterHistogram(name))) ?? new Float32Array(0);
    const weights: Histogram = { min, max, counts };
    const norm = await this.#scalar(probeName.parameterNorm(name));
    const update = await this.#scalar(probeName.updateNorm(name));
    const filters = await this.#read(probeName.filters(name));
    const [, , height = 0, width = 0] = ref.type.shape;
    return {
      name,
      node,
      weights,
      mean,
      standardDeviation,
      gradientNorm: await this.#scalar(probeName.parameterGradient(name)),
      updateRatio: norm > 0 ? update / norm : 0,
      ...(filters
        ? { filters: { count: filters.length / (height * width), height, width, values: filters } }
        : {}),
    };
  }

  async #picture(id: string): Promise<NodePicture | null> {
    const ref = this.#program.program.outputs[probeName.picture(id)];
    const values = await this.#read(probeName.picture(id));
    if (!ref || !values) return null;
    const { shape } = ref.type;
    if (shape.length === 4) {
      const [, channels = 1, height = 1, width = 1] = shape;
      const size = height * width;
      const channel = this.#channels.get(id) ?? mostVaried(values, channels, size);
      this.#channels.set(id, channel);
      const map = values.slice(channel * size, (channel + 1) * size);
      return { kind: 'map', width, height, values: map };
    }
    const count = elementCount(shape);
    if (count <= MAX_BARS) return { kind: 'bars', values };
    const width = Math.ceil(Math.sqrt(count));
    return { kind: 'units', width, height: Math.ceil(count / width), values };
  }

  async #read(output: string): Promise<Float32Array | null> {
    const ref = this.#program.program.outputs[output];
    return ref ? Float32Array.from(await this.#memory.session.read(ref)) : null;
  }

  async #scalar(output: string): Promise<number> {
    return (await this.#read(output))?.[0] ?? 0;
  }
}

/** The feature map with the largest range: a flat one shows nothing. */
function mostVaried(values: Float32Array, channels: number, size: number): number {
  let best = 0;
  let widest = -1;
  for (let channel = 0; channel < channels; channel++) {
    let [low, high] = [Infinity, -Infinity];
    for (let i = channel * size; i < (channel + 1) * size; i++) {
      low = Math.min(low, values[i] ?? 0);
      high = Math.max(high, values[i] ?? 0);
    }
    if (high - low > widest) [best, widest] = [channel, high - low];
  }
  return best;
}
