/**
 * Reads and describes data sources in a process of its own, never in the one that trains: a hostile or
 * huge file costs a child with little memory and little time, not a run. One source after the other.
 */
import {
  type Client,
  connect,
  type DataDescription,
  type DescribeRequest,
  type EngineCalls,
  type EngineEvents,
  RemoteError,
} from '#engine/protocol/index.ts';
import { inputError } from '#engine/ir/index.ts';
import type { EngineProcess, EngineStarter } from '../engineProcess/starter.ts';

/** Of JavaScript's heap; a table of 256 MiB of text, the largest there may be, fits where cells are long. */
const HEAP_MIB = 2048;
const TIME_LIMIT_MS = 60_000;
/** Between the fields and the preview of a source, and between two edits of its options. */
const IDLE_MS = 20_000;

export interface DataReaderOptions {
  readonly starter: EngineStarter;
  readonly timeLimitMs?: number;
  readonly heapMiB?: number;
}

interface Reader {
  readonly process: EngineProcess;
  readonly client: Client<EngineCalls, EngineEvents>;
}

export class DataReader {
  readonly #options: Required<DataReaderOptions>;
  #reader: Reader | null = null;
  #idle: ReturnType<typeof setTimeout> | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(options: DataReaderOptions) {
    this.#options = { timeLimitMs: TIME_LIMIT_MS, heapMiB: HEAP_MIB, ...options };
  }

  describe(request: DescribeRequest): Promise<DataDescription> {
    const answer = this.#last.then(() => this.#describe(request));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  close(): void {
    this.#closed = true;
    this.#end('Reading was ended.');
  }

  async #describe(request: DescribeRequest): Promise<DataDescription> {
    if (this.#closed) throw inputError('data.closed', 'Netloom is closing.');
    if (this.#idle) clearTimeout(this.#idle);
    const { timeLimitMs } = this.#options;
    const reader = (this.#reader ??= this.#start());
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.#end('It took too long.');
    }, timeLimitMs);
    try {
      return await reader.client.call('describeData', request);
    } catch (error) {
      if (!(error instanceof RemoteError) || error.code !== 'rpc.closed') throw error;
      throw this.#closed
        ? inputError('data.closed', 'Netloom is closing.')
        : late
          ? inputError(
              'data.too-slow',
              `Reading ${request.source} took longer than ${timeLimitMs / 1000} s.`,
              {
                explanation: 'It was ended. A smaller part of the data may do.',
              },
            )
          : inputError('data.too-much', `Reading ${request.source} took more memory than it may.`, {
              explanation: `The process that reads data ended: ${error.message} A smaller part of the data may do.`,
            });
    } finally {
      clearTimeout(timer);
      this.#idle = setTimeout(() => this.#end('Nothing to read.'), IDLE_MS);
      this.#idle.unref();
    }
  }

  #start(): Reader {
    const process = this.#options.starter.start({ heapMiB: this.#options.heapMiB });
    const reader: Reader = {
      process,
      client: connect<EngineCalls, EngineEvents>(process.transport),
    };
    process.onExit(({ code, signal }) => {
      reader.client.close(signal ?? `code ${code ?? '?'}.`);
      if (this.#reader === reader) this.#reader = null;
    });
    return reader;
  }

  #end(reason: string): void {
    if (this.#idle) clearTimeout(this.#idle);
    const reader = this.#reader;
    this.#reader = null;
    reader?.client.close(reason);
    reader?.process.kill();
  }
}
