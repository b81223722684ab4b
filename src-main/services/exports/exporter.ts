/**
 * Starts a process for each export and ends it afterwards: what it runs is foreign code on a file that may be
 * large. Knows nothing of runs.
 */
import {
  type Client,
  connect,
  type ExporterCalls,
  type ExportReport,
  type ExportRequest,
  RemoteError,
} from '#engine/protocol/index.ts';
import { inputError } from '#engine/ir/index.ts';
import type { EngineProcess, EngineStarter } from '#main/engineProcess/starter.ts';

/** Longer than any model of this app takes on a machine that trains meanwhile. */
const TIME_LIMIT_MS = 10 * 60_000;

export interface ExporterOptions {
  readonly starter: EngineStarter;
  readonly timeLimitMs?: number;
}

type ExportClient = Client<ExporterCalls, Record<never, never>>;

export class Exporter {
  readonly #options: Required<ExporterOptions>;
  readonly #running = new Set<EngineProcess>();

  constructor(options: ExporterOptions) {
    this.#options = { timeLimitMs: TIME_LIMIT_MS, ...options };
  }

  /** Rejects with the exporter's own error, or says how its process ended. */
  async export(request: ExportRequest, signal?: AbortSignal): Promise<ExportReport> {
    const { starter, timeLimitMs } = this.#options;
    const process = starter.start();
    this.#running.add(process);
    const client: ExportClient = connect(process.transport);
    process.onExit(({ code, signal }) => client.close(signal ?? `code ${code ?? '?'}`));
    const onAbort = (): void => process.kill();
    signal?.addEventListener('abort', onAbort, { once: true });
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      process.kill();
    }, timeLimitMs);
    try {
      return await client.call('export', request);
    } catch (error) {
      if (!(error instanceof RemoteError) || error.code !== 'rpc.closed') throw error;
      if (signal?.aborted) {
        throw inputError('export.superseded', 'Another export was asked for.');
      }
      throw isLate
        ? inputError(
            'export.too-slow',
            `The export took longer than ${timeLimitMs / 60_000} minutes.`,
          )
        : inputError('export.ended', `The process that exports ended (${error.message}).`, {
            explanation: 'Most likely it took more memory than there is.',
          });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      this.#running.delete(process);
      client.close('The export is over.');
      process.kill();
    }
  }

  close(): void {
    for (const process of this.#running) process.kill();
  }
}
