/** A trained network that answers for what the host writes: opened once, for one question or for many. */
import type { Backend, BackendName, LoadedProgram, Session } from '../backends/backend.ts';
import { analyse } from '../check/analyse.ts';
import type { Analysis } from '../check/analysis.ts';
import { compileRun, type Normalisation } from '../compile/index.ts';
import { readSafetensors } from '../export/safetensors.ts';
import { savedBinding } from '../export/source.ts';
import type { NetworkDocument } from '../ir/document.ts';
import type { Platform } from '../platform/platform.ts';
import { parseNormalisation } from './checkpoint.ts';
import { NORMALISATION_KEY } from './fittedData.ts';
import { asEvaluated, RunMemory } from './memory.ts';
import { withoutErrors } from './prepare.ts';

export interface PredictorOptions {
  readonly platform: Platform;
  readonly createBackend: (name: BackendName, threads: number) => Promise<Backend>;
}

export interface Predictor {
  readonly analysis: Analysis;
  /** How each field was scaled when it was trained. */
  readonly normalisations: Readonly<Record<string, Normalisation | null>>;
  /** What stands beside the weights. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly session: Session;
  readonly memory: RunMemory;
  readonly program: LoadedProgram;
  close(): Promise<void>;
}

/** `batch`: samples at once. */
export async function openPredictor(
  {
    document,
    weights,
    batch,
  }: { readonly document: NetworkDocument; readonly weights: string; readonly batch: number },
  options: PredictorOptions,
): Promise<Predictor> {
  const analysis = withoutErrors(analyse(document));
  const file = readSafetensors(await options.platform.files.read(weights), weights);
  const normalisations = parseNormalisation(file.metadata[NORMALISATION_KEY], weights);
  const compiled = compileRun({
    document,
    analysis,
    binding: savedBinding(analysis, normalisations),
    trainBatches: [],
    evaluateBatches: [],
    samples: 0,
    predictions: batch,
    probe: false,
  });
  const backend = await options.createBackend('wasm', document.training.threads);
  try {
    const session = await backend.open(compiled.memory);
    const memory = new RunMemory(session, compiled);
    memory.initialise(document.training.seed);
    memory.writeModel(asEvaluated(document, file.tensors), weights);
    if (!compiled.predict) throw new Error('no prediction program');
    const program = await session.load(compiled.predict);
    return {
      ...{ analysis, normalisations, metadata: file.metadata, session, memory, program },
      async close() {
        await session.close();
        await backend.close();
      },
    };
  } catch (error) {
    await backend.close();
    throw error;
  }
}
