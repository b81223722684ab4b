/** An engine service in this process, with everything it tells recorded: whole runs without a process. */
import type { Backend, BackendName } from '#engine/backends/backend.ts';
import { createWasmBackend } from '#engine/backends/wasm/index.ts';
import { readSafetensors } from '#engine/export/safetensors.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import { inputError } from '#engine/ir/problem.ts';
import { createNodePlatform } from '#engine/platform/node.ts';
import type { Platform } from '#engine/platform/platform.ts';
import type { EngineCalls, EngineEvents, StartRequest } from '#engine/protocol/engineContract.ts';
import type {
  MetricPoint,
  RunProgress,
  RunSnapshot,
  SnapshotKind,
  SnapshotMap,
} from '#engine/protocol/run.ts';
import { isActive } from '#engine/protocol/runState.ts';
import type { Handlers } from '#engine/protocol/rpc.ts';
import { createEngineService } from '#engine/training/engineService.ts';
import { memoryFiles } from './memoryFiles.ts';

/** Snapshots by their kind. */
export type Told = {
  readonly [K in Exclude<keyof EngineEvents, 'snapshot'>]: EngineEvents[K][];
} & {
  readonly [K in SnapshotKind]: { readonly runId: string; readonly frame: SnapshotMap[K] }[];
};
type Progressed = (progress: RunProgress) => boolean;

export interface EngineRun {
  readonly service: Handlers<EngineCalls>;
  readonly told: Told;
  /** Resolves at the first progress, past or to come, that fits. */
  until(fits: Progressed): Promise<RunProgress>;
  ended(): Promise<RunProgress>;
  points(split: MetricPoint['split']): readonly MetricPoint[];
}

export const RUN = { runId: 'run' };
const platform = createNodePlatform({ log: () => undefined });

export const wasm = (threads: number) => (): Promise<Backend> =>
  createWasmBackend(platform, { threads });

/** Files that exist only in a test; what the engine writes it reads again. */
export function fileStore(): {
  readonly content: Map<string, Uint8Array>;
  readonly host: Partial<Platform>;
} {
  const content = new Map<string, Uint8Array>();
  const read = async (path: string): Promise<Uint8Array> => {
    const found = content.get(path);
    if (!found) throw inputError('file.not-found', 'There is no such file.', { path });
    return found;
  };
  const writeAtomic = async (path: string, bytes: Uint8Array): Promise<void> => {
    content.set(path, bytes);
  };
  const list = async (folder: string): Promise<readonly string[]> =>
    [...content.keys()].flatMap((path) =>
      path.startsWith(`${folder}/`) ? [path.slice(folder.length + 1)] : [],
    );
  const duplicate = async (path: string, as: string): Promise<void> =>
    writeAtomic(as, await read(path));
  const remove = async (path: string): Promise<void> => void content.delete(path);
  const open = (path: string) => memoryFiles(Object.fromEntries(content)).open(path);
  const files = { ...platform.files, read, open, writeAtomic, list, duplicate, remove };
  return { content, host: { files } };
}

/** The tensors of a safetensors file that a run has written. */
export function tensorsIn(content: ReadonlyMap<string, Uint8Array>, path: string) {
  const bytes = content.get(path);
  if (!bytes) throw new Error(`${path} was not written: ${[...content.keys()].join(', ')}`);
  return readSafetensors(bytes, path);
}

/** Starts the run; what the request leaves out is the engine's default. */
export async function startRun(
  document: NetworkDocument,
  createBackend: (name: BackendName) => Promise<Backend>,
  request: Partial<StartRequest> = {},
  host: Partial<Platform> = {},
  onEvent: (payload: unknown) => void = () => undefined,
): Promise<EngineRun> {
  const told: Told = {
    device: [],
    progress: [],
    metrics: [],
    telemetry: [],
    samples: [],
    boundary: [],
    confusion: [],
    latents: [],
    checkpoint: [],
    log: [],
  };
  const waiting = new Set<() => void>();
  const service = createEngineService({
    platform: { ...platform, ...host },
    createBackend,
    verify: true,
    emit(event, payload) {
      if (event === 'snapshot') {
        const { runId, kind, body } = payload as RunSnapshot;
        (told[kind] as unknown[]).push({ runId, frame: body });
      } else (told[event as keyof Told] as unknown[]).push(payload);
      onEvent(payload);
      if (event === 'progress') for (const look of waiting) look();
    },
  });
  await service.start({ ...RUN, document, telemetryHz: 0, ...request });
  const until = (fits: Progressed) =>
    new Promise<RunProgress>((resolve) => {
      let seen = 0;
      const look = (): void => {
        while (seen < told.progress.length) {
          const progress = told.progress[seen++]?.progress;
          if (!progress || !fits(progress)) continue;
          waiting.delete(look);
          resolve(progress);
          return;
        }
      };
      waiting.add(look);
      look();
    });
  return {
    service,
    told,
    until,
    ended: () => until(({ state }) => !isActive(state)),
    points: (split) =>
      told.metrics.flatMap(({ points }) => points.filter((point) => point.split === split)),
  };
}
