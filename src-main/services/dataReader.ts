/**
 * Reads data sources in a process of its own, never in the one that trains: describes them, and prepares them for
 * those who train. A hostile or huge file costs a child with little memory and little time, not a run. One source
 * after the other.
 */
import { analyse } from '#engine/check/analyse.ts';
import { type DataAccess, parseSource } from '#engine/datasets/index.ts';
import {
  type Client,
  connect,
  type DataDescription,
  type DataOrigin,
  type DataProfile,
  type DecodedPicture,
  type DecodeRequest,
  type DescribeRequest,
  type PreviewTableRequest,
  type ProfileRequest,
  type ReaderCalls,
  type WriteSamplesRequest,
  type WrittenSamples,
  type ReaderEvents,
  type ReadingProgress,
  RemoteError,
  type SourceRequest,
  type TablePreview,
} from '#engine/protocol/index.ts';
import { inputError, type NetworkDocument } from '#engine/ir/index.ts';
import { usedSource } from '#engine/training/prepare.ts';
import type { EngineProcess, EngineStarter } from '../engineProcess/starter.ts';

/** Of JavaScript's heap; numbers and pictures lie outside of it. */
const HEAP_MIB = 2048;
/** Without a word of progress. */
const TIME_LIMIT_MS = 60_000;
/** Of one source, whatever it says. */
const MOST_MS = 3_600_000;
/** Of prepared data, in the state folder. */
export const PREPARED_FOLDER = 'data';
/** What pictures that somebody brings along are called in messages. */
const OWN_PICTURES = 'pictures';
/** Between the fields and the preview of a source, and between two edits of its options. */
const IDLE_MS = 20_000;

export interface DataReaderOptions {
  readonly starter: EngineStarter;
  /** Where what was prepared is kept. */
  readonly folder: string;
  readonly timeLimitMs?: number;
  readonly heapMiB?: number;
  /** Of what takes long. */
  readonly onProgress?: (progress: ReadingProgress) => void;
}

type ReaderClient = Client<ReaderCalls, ReaderEvents>;

interface Reader {
  readonly process: EngineProcess;
  readonly client: ReaderClient;
}

export class DataReader {
  readonly #options: Required<DataReaderOptions>;
  /** The source that is being read now. */
  #reading: string | null = null;
  /** How often a source was stopped: what was asked for before is not read. */
  readonly #stops = new Map<string, number>();
  #reader: Reader | null = null;
  #idle: ReturnType<typeof setTimeout> | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(options: DataReaderOptions) {
    this.#options = {
      timeLimitMs: TIME_LIMIT_MS,
      heapMiB: HEAP_MIB,
      onProgress: () => undefined,
      ...options,
    };
  }

  describe(request: DescribeRequest): Promise<DataDescription> {
    return this.#inTurn(request, (client) => client.call('describe', this.#placed(request)));
  }

  /** Where samples are found from now on; what was prepared before is, where its files are as they were. */
  async prepare(document: NetworkDocument, access: DataAccess): Promise<DataOrigin> {
    const { source, options } = usedSource(analyse(document));
    if (parseSource(source).definition.path === undefined) return { kind: 'generated' };
    const { folder } = this.#options;
    const { split, seed } = document.training;
    const request = { source, options, access, folder, fitting: { split, seed } };
    const { path } = await this.#inTurn(request, (client) => client.call('prepare', request));
    return { kind: 'prepared', path };
  }

  profile(request: ProfileRequest): Promise<DataProfile> {
    return this.#inTurn(request, (client) => client.call('profile', this.#placed(request)));
  }

  previewTable(request: PreviewTableRequest): Promise<TablePreview> {
    return this.#inTurn(request, (client) => client.call('previewTable', request));
  }

  writeSamples(request: WriteSamplesRequest): Promise<WrittenSamples> {
    return this.#inTurn(request, (client) => client.call('writeSamples', this.#placed(request)));
  }

  #placed<R extends SourceRequest>(request: R): R {
    return { ...request, folder: this.#options.folder };
  }

  decode(request: DecodeRequest): Promise<readonly DecodedPicture[]> {
    const asked = { source: OWN_PICTURES, options: {} };
    return this.#inTurn(asked, (client) => client.call('decode', request));
  }

  /** Ends what is being read of a source, and lets go what waits to be: both are refused with `data.stopped`. */
  stop(source: string): void {
    this.#stops.set(source, (this.#stops.get(source) ?? 0) + 1);
    if (this.#reading === source) this.#end('It was stopped.');
  }

  close(): void {
    this.#closed = true;
    this.#end('Reading was ended.');
  }

  #inTurn<T>(request: SourceRequest, call: (client: ReaderClient) => Promise<T>): Promise<T> {
    const { source } = request;
    const stops = this.#stops.get(source) ?? 0;
    const isStopped = (): boolean => (this.#stops.get(source) ?? 0) !== stops;
    const answer = this.#last.then(() => this.#callNow(request, call, isStopped));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async #callNow<T>(
    { source }: SourceRequest,
    call: (client: ReaderClient) => Promise<T>,
    isStopped: () => boolean,
  ): Promise<T> {
    const { timeLimitMs, onProgress } = this.#options;
    if (this.#closed) throw inputError('data.closed', 'Netloom is closing.');
    if (isStopped()) throw stoppedError(source);
    if (this.#idle) clearTimeout(this.#idle);
    const reader = (this.#reader ??= this.#start());
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.#end('It took too long.');
    }, timeLimitMs);
    const latestMs = performance.now() + MOST_MS;
    const stopListening = reader.client.on('progress', (told) => {
      if (performance.now() < latestMs) timer.refresh();
      onProgress({ source, ...told });
    });
    this.#reading = source;
    try {
      return await call(reader.client);
    } catch (error) {
      if (!(error instanceof RemoteError) || error.code !== 'rpc.closed') throw error;
      if (this.#closed) throw inputError('data.closed', 'Netloom is closing.');
      if (isStopped()) throw stoppedError(source);
      throw isLate
        ? inputError(
            'data.too-slow',
            `Reading ${source} got no further for ${timeLimitMs / 1000} s.`,
            { explanation: 'It was ended. A smaller part of the data may do.' },
          )
        : inputError('data.too-much', `Reading ${source} took more memory than it may.`, {
            explanation: `The process that reads data ended: ${error.message} A smaller part of the data may do.`,
          });
    } finally {
      this.#reading = null;
      clearTimeout(timer);
      stopListening();
      this.#idle = setTimeout(() => this.#end('Nothing to read.'), IDLE_MS);
      this.#idle.unref();
    }
  }

  #start(): Reader {
    const process = this.#options.starter.start({ heapMiB: this.#options.heapMiB });
    const reader: Reader = {
      process,
      client: connect<ReaderCalls, ReaderEvents>(process.transport),
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

const stoppedError = (source: string): Error =>
  inputError('data.stopped', `Reading ${source} was stopped.`, {
    explanation: 'Read it again, or take a smaller part of it.',
  });
