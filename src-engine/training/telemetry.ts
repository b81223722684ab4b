/**
 * Watches a step through the probing programs (compile/probe.ts) and makes a TelemetryFrame of what they
 * leave behind: numbers and small pictures, never whole tensors. When that is done is for display.ts.
 */
import type { LoadedProgram } from '../backends/backend.ts';
import { objectiveKeys } from '../check/objectiveParts.ts';
import { own } from '../ir/record.ts';
import { probedNodes, probeName } from '../compile/index.ts';
import type { BufferRef } from '../compile/program.ts';
import type { Problem } from '../ir/problem.ts';
import { elementCount } from '../ir/tensor.ts';
import { metricKey } from '../metrics/names.ts';
import type {
  Histogram,
  NodePicture,
  NodeTelemetry,
  ParameterTelemetry,
  TelemetryFrame,
  UnitSilence,
} from '../protocol/run.ts';
import type { RunMemory } from './memory.ts';
import type { Prepared } from './prepare.ts';
import { silenceProblem } from './runProblems.ts';

/** At most so many outputs are drawn as bars. */
const MAX_BARS = 16;

export interface ProbePrograms {
  readonly copyWeights: LoadedProgram;
  readonly inspect: LoadedProgram;
  /** Rows that `look` takes. */
  readonly samples: number;
}

export class TelemetryReader {
  readonly #memory: RunMemory;
  readonly #programs: ProbePrograms;
  readonly #prepared: Prepared;
  readonly #nodes: readonly string[];
  /** The feature map shown for each node, chosen once so that pictures do not jump. */
  readonly #channels = new Map<string, number>();
  #fetched: ReadonlyMap<string, Float32Array> = new Map();

  constructor(memory: RunMemory, programs: ProbePrograms, prepared: Prepared) {
    this.#memory = memory;
    this.#programs = programs;
    this.#prepared = prepared;
    this.#nodes = probedNodes(prepared.analysis);
  }

  /** Before the step. */
  copyWeights(): void {
    this.#memory.session.run(this.#programs.copyWeights);
  }

  /** After the step, which trained on `rows`: computes everything that the other methods read. */
  inspect(rows: Int32Array): void {
    this.#inspectFrom(rows, 0);
  }

  async frame(
    at: Pick<TelemetryFrame, 'step' | 'epoch' | 'timeMs'>,
    silence: ReadonlyMap<string, UnitSilence> = new Map(),
    /** What else is reason to worry (signs/). */
    signs: readonly Problem[] = [],
  ): Promise<TelemetryFrame> {
    await this.#fetch();
    const nodes = this.#nodes
      .map((id) => this.#node(id, silence.get(id)))
      .filter((node) => node !== null);
    const { parameters } = this.#memory.compiled.layout;
    const silent = [...silence]
      .map(([id, count]) => silenceProblem(this.#prepared, id, count))
      .filter((problem) => problem !== null);
    const problems = [...silent, ...signs];
    return {
      ...at,
      nodes,
      ...(problems.length > 0 ? { problems } : {}),
      parameters: [...parameters.values()].map(({ name, node, ref }) =>
        this.#parameter(name, node, ref),
      ),
    };
  }

  /** Norms of the whole gradient, of several objectives' own, and of all parameters, as of the last frame. */
  norms(): Readonly<Record<string, number>> {
    const { objectives } = this.#prepared.analysis;
    const keys = objectives.length > 1 ? objectiveKeys(objectives) : [];
    return {
      gradientNorm: this.#scalar('gradientNorm'),
      parameterNorm: this.#scalar('parameterNorm'),
      ...Object.fromEntries(
        keys.map((key, index) => [
          metricKey(key, 'gradientNorm'),
          this.#scalar(probeName.objectiveGradient(index)),
        ]),
      ),
    };
  }

  /** The first node in graph order whose output is not finite, for any of the rows. */
  async firstNonFinite(rows: Int32Array): Promise<string | null> {
    for (let start = 0; start < rows.length; start += this.#programs.samples) {
      this.#inspectFrom(rows, start);
      await this.#fetch();
      for (const id of this.#nodes) {
        const stats = this.#read(probeName.stats(id));
        if ((stats?.[5] ?? 0) > 0) return id;
      }
    }
    return null;
  }

  /** A short batch is taken from its beginning again, as often as it needs. */
  #inspectFrom(rows: Int32Array, start: number): void {
    const { inspect, samples } = this.#programs;
    const watched = new Int32Array(samples);
    for (let i = 0; i < samples; i++) watched[i] = rows[(start + i) % rows.length] ?? 0;
    this.#memory.writeRows(watched);
    this.#memory.session.run(inspect);
  }

  #node(id: string, silence: UnitSilence | undefined): NodeTelemetry | null {
    const stats = this.#read(probeName.stats(id));
    const counts = this.#read(probeName.histogram(id));
    if (!stats || !counts) return null;
    const [min = 0, max = 0, mean = 0, standardDeviation = 0, zeroShare = 0, nonFiniteShare = 0] =
      stats;
    const gradient = this.#read(probeName.gradient(id));
    const picture = this.#picture(id);
    const channels = this.#read(probeName.channels(id));
    return {
      node: id,
      activation: { min, max, counts },
      mean,
      standardDeviation,
      zeroShare,
      nonFiniteShare,
      ...(silence ? { silence } : {}),
      ...(gradient ? { gradientNorm: gradient[0] ?? 0 } : {}),
      ...(picture ? { picture } : {}),
      ...(channels ? { channels } : {}),
    };
  }

  #parameter(name: string, node: string, ref: BufferRef): ParameterTelemetry {
    const [min = 0, max = 0, mean = 0, standardDeviation = 0] =
      this.#read(probeName.parameterStats(name)) ?? [];
    const counts = this.#read(probeName.parameterHistogram(name)) ?? new Float32Array(0);
    const weights: Histogram = { min, max, counts };
    const norm = this.#scalar(probeName.parameterNorm(name));
    const update = this.#scalar(probeName.updateNorm(name));
    const filters = this.#read(probeName.filters(name));
    const [, , height = 0, width = 0] = ref.type.shape;
    return {
      name,
      node,
      weights,
      mean,
      standardDeviation,
      gradientNorm: this.#scalar(probeName.parameterGradient(name)),
      updateRatio: norm > 0 ? update / norm : Number.NaN,
      ...(filters
        ? { filters: { count: filters.length / (height * width), height, width, values: filters } }
        : {}),
    };
  }

  #picture(id: string): NodePicture | null {
    const ref = own(this.#programs.inspect.program.outputs, probeName.picture(id));
    const values = this.#read(probeName.picture(id));
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

  /** All that the last look left, asked for together: one round trip where that matters. */
  async #fetch(): Promise<void> {
    const { session } = this.#memory;
    const outputs = Object.entries(this.#programs.inspect.program.outputs);
    const values = await Promise.all(outputs.map(([, ref]) => session.read(ref)));
    this.#fetched = new Map(outputs.map(([name], i) => [name, new Float32Array(values[i] ?? [])]));
  }

  #read(output: string): Float32Array | null {
    return this.#fetched.get(output) ?? null;
  }

  #scalar(output: string): number {
    return this.#read(output)?.[0] ?? 0;
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
