/**
 * The worker threads of a backend: started once, shared by its sessions, asleep when there is nothing to
 * do. The calling thread is thread 0 and takes part in every step, so one thread means no workers.
 */
import type { Platform, PlatformThread } from '#engine/platform/platform.ts';
import { POOL, POOL_BYTES, wordIndex } from './control.ts';
import type { WorkerMessage, WorkerReply, WorkerStart } from './worker.ts';

export class ThreadPool {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #threads: readonly PlatformThread[];
  #failure: Error | null = null;
  /** Messages go out one at a time; each waits for the answers to the one before. */
  #turn: Promise<void> = Promise.resolve();
  #answers: { missing: number; resolve: () => void; reject: (error: Error) => void } | null = null;

  private constructor(words: Int32Array<SharedArrayBuffer>, threads: readonly PlatformThread[]) {
    this.#words = words;
    this.#threads = threads;
    for (const thread of threads) {
      // Workers send nothing but replies.
      thread.onMessage((reply) => this.#onReply(reply as WorkerReply));
      thread.onError((error) => this.#fail(error));
    }
  }

  static async start(platform: Platform, threads: number): Promise<ThreadPool> {
    const pool = new SharedArrayBuffer(POOL_BYTES);
    const starts = Array.from({ length: threads - 1 }, (_, i) => {
      const start: WorkerStart = { thread: i + 1, pool };
      return platform.startThread(start);
    });
    return new ThreadPool(new Int32Array(pool), await Promise.all(starts));
  }

  /** No workers: the calling thread does everything. */
  static alone(): ThreadPool {
    return new ThreadPool(new Int32Array(new SharedArrayBuffer(POOL_BYTES)), []);
  }

  /** Tells every worker, and resolves when all have done it. */
  broadcast(message: WorkerMessage): Promise<void> {
    const sent = this.#turn.then(() => this.#broadcast(message));
    this.#turn = sent.catch(() => {});
    return sent;
  }

  /** Lets the workers start on a step; the caller then runs its own share, which waits for theirs. */
  beginStep(program: number): void {
    if (this.#failure) throw this.#failure;
    if (this.#threads.length === 0) return;
    Atomics.store(this.#words, wordIndex(POOL.program), program);
    Atomics.add(this.#words, wordIndex(POOL.steps), 1);
    this.#ring();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.stop()));
    this.#fail(new Error('the threads of this backend were stopped'));
  }

  #broadcast(message: WorkerMessage): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    if (this.#threads.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#answers = { missing: this.#threads.length, resolve, reject };
      // Counted before posted: a worker that handled more than was counted would not go back to work.
      Atomics.add(this.#words, wordIndex(POOL.messages), 1);
      for (const thread of this.#threads) thread.post(message);
      this.#ring();
    });
  }

  #ring(): void {
    Atomics.add(this.#words, wordIndex(POOL.bell), 1);
    Atomics.notify(this.#words, wordIndex(POOL.bell));
  }

  #onReply(reply: WorkerReply): void {
    if (reply.kind === 'failed') this.#fail(new Error(`A worker thread failed: ${reply.message}`));
    if (reply.kind !== 'done' || !this.#answers) return;
    this.#answers.missing -= 1;
    if (this.#answers.missing > 0) return;
    this.#answers.resolve();
    this.#answers = null;
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#answers?.reject(error);
    this.#answers = null;
  }
}
