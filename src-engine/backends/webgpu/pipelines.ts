/**
 * Compiled shaders of a device, one for each distinct text, shared by all programs and sessions. Errors
 * name the kernel and show the line.
 */

export interface Shader {
  readonly label: string;
  readonly code: string;
  /** Number of storage bindings after the uniform block. */
  readonly bindings: number;
}

/** A shader the device's compiler refused: a fault of the engine, not of the network. */
export class ShaderError extends Error {
  override readonly name = 'ShaderError';
}

interface Layouts {
  readonly group: GPUBindGroupLayout;
  readonly pipeline: GPUPipelineLayout;
}

const COMPUTE_STAGE = 4;

export class PipelineCache {
  readonly #device: GPUDevice;
  readonly #layouts = new Map<number, Layouts>();
  readonly #pipelines = new Map<string, Promise<GPUComputePipeline>>();

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** Distinct shaders compiled so far. */
  get size(): number {
    return this.#pipelines.size;
  }

  groupLayout(bindings: number): GPUBindGroupLayout {
    return this.#layoutsOf(bindings).group;
  }

  get(shader: Shader): Promise<GPUComputePipeline> {
    const key = `${shader.bindings}\n${shader.code}`;
    const known = this.#pipelines.get(key);
    if (known) return known;
    const compiled = this.#compile(shader);
    this.#pipelines.set(key, compiled);
    return compiled;
  }

  async #compile({ label, code, bindings }: Shader): Promise<GPUComputePipeline> {
    const device = this.#device;
    device.pushErrorScope('validation');
    const module = device.createShaderModule({ label, code });
    const refused = device.popErrorScope();
    const pipeline = device.createComputePipelineAsync({
      label,
      layout: this.#layoutsOf(bindings).pipeline,
      compute: { module, entryPoint: 'main' },
    });
    const outcome = await pipeline.then(
      (compiled) => ({ compiled }),
      (error: unknown) => ({ error }),
    );
    const invalid = await refused;
    if (!invalid && 'compiled' in outcome) return outcome.compiled;
    const { messages } = await module.getCompilationInfo();
    const reason = 'error' in outcome ? String(outcome.error) : (invalid?.message ?? '');
    throw new ShaderError(describe(label, code, messages, reason));
  }

  #layoutsOf(bindings: number): Layouts {
    const known = this.#layouts.get(bindings);
    if (known) return known;
    const storage = Array.from({ length: bindings }, (_, k) => ({
      binding: k + 1,
      visibility: COMPUTE_STAGE,
      buffer: { type: 'storage' as const },
    }));
    const group = this.#device.createBindGroupLayout({
      entries: [{ binding: 0, visibility: COMPUTE_STAGE, buffer: { type: 'uniform' } }, ...storage],
    });
    const pipeline = this.#device.createPipelineLayout({ bindGroupLayouts: [group] });
    const layouts = { group, pipeline };
    this.#layouts.set(bindings, layouts);
    return layouts;
  }
}

function describe(
  label: string,
  code: string,
  messages: readonly GPUCompilationMessage[],
  reason: string,
): string {
  const lines = code.split('\n');
  const faults = messages
    .filter(({ type }) => type === 'error')
    .map(({ lineNum, message }) => {
      const text = lines[lineNum - 1]?.trim() ?? '';
      return `line ${lineNum}: ${message}\n  ${text}`;
    });
  const what = faults.length > 0 ? faults.join('\n') : reason;
  return `The GPU's compiler refused the kernel "${label}".\n${what}`;
}
