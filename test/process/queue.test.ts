/**
 * Rule: what waits is trained in its order, one thing at a time, whatever is moved, taken out or tried again
 * meanwhile; what a dead process leaves goes on with the next one. With a runner that trains nothing.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NO_FILES } from '#engine/datasets/index.ts';
import { inputError } from '#engine/ir/index.ts';
import { type QueueState, RemoteError, type RunSummary } from '#engine/protocol/index.ts';
import { QueueService } from '#main/services/queue/queue.ts';
import { QueueStore } from '#main/services/queue/store.ts';
import type { QueuedTraining, QueueRunner } from '#main/services/queue/turns.ts';
import { type SweepBody, SweepStore } from '#main/services/sweeps/store.ts';
import { temporaryFolder } from '#test/support/cli.ts';
import { pointsDocument } from '#test/support/documents.ts';
import { eventually } from '#test/support/until.ts';

const document = pointsDocument('moons', 2);
type Run = Pick<RunSummary, 'id' | 'progress'>;

/** Remembers what it was asked, and ends a run when the test says so. */
class FakeRunner implements QueueRunner {
  readonly runs = new Map<string, Run>();
  readonly started: string[] = [];
  readonly recovered: string[] = [];
  readonly discarded: string[] = [];
  hasCheckpoints = true;
  refuse: (() => Error) | null = null;
  active: string | null = null;
  queue: QueueService | null = null;
  /** How often it was asked for room. */
  looks = 0;

  hasRoom = (): Promise<boolean> => {
    this.looks += 1;
    return Promise.resolve(this.active === null);
  };
  start = ({ body }: QueuedTraining, runId: string): Promise<void> => {
    if (this.refuse) return Promise.reject(this.refuse());
    this.started.push(body.name ?? '');
    this.#train(runId);
    return Promise.resolve();
  };
  recover = (runId: string): Promise<void> => {
    if (!this.hasCheckpoints) return Promise.reject(inputError('run.no-checkpoint', 'None.'));
    this.recovered.push(runId);
    this.#train(runId);
    return Promise.resolve();
  };
  stop = (): Promise<void> => (this.end('stopped'), Promise.resolve());
  summary = (runId: string): RunSummary | null => (this.runs.get(runId) as RunSummary) ?? null;
  discard = (runId: string): void => void this.discarded.push(runId);
  sizeBytes = (): Promise<number> => Promise.resolve(1000);

  end(state: 'finished' | 'stopped' | 'failed' | 'interrupted', reason = 'the engine died'): void {
    const runId = this.active;
    if (runId === null) throw new Error('nothing trains');
    this.active = null;
    this.#put(runId, state, reason);
  }
  pause = (runId: string): void => this.#put(runId, 'paused');
  #train(runId: string): void {
    this.active = runId;
    this.#put(runId, 'running');
  }
  #put(id: string, state: string, reason?: string): void {
    const run = { id, progress: { state, elapsedMs: 5, ...(reason && { reason }) } };
    this.runs.set(id, run as unknown as Run);
    this.queue?.runChanged(run as unknown as RunSummary);
  }
}

let folder: ReturnType<typeof temporaryFolder>;
const opened: QueueService[] = [];
beforeEach(() => void (folder = temporaryFolder()));
afterEach(async () => {
  for (const queue of opened.splice(0)) {
    queue.stopBeginning();
    await queue.close();
  }
  folder.remove();
});

function open(runner: FakeRunner, self = 'one', living: readonly string[] = [self]) {
  const told: QueueState[] = [];
  const queue = new QueueService({
    folder: folder.path,
    runner,
    accessOf: () => Promise.resolve(NO_FILES),
    onChanged: (state) => void told.push(state),
    onFault: (message) => expect.unreachable(message),
    owners: { self, isAlive: (owner) => living.includes(owner) },
    lookMs: 20,
  });
  runner.queue = queue;
  opened.push(queue);
  return { queue, told };
}

const named = (...names: readonly string[]) => names.map((name) => ({ document, name }));
const waiting = (queue: QueueService): readonly string[] =>
  queue.list().entries.flatMap(({ state, name }) => (state === 'waiting' ? [name] : []));
const states = (queue: QueueService): readonly string[] =>
  queue.list().entries.map(({ state, name }) => `${name} ${state}`);
const trains = (runner: FakeRunner, name: string): Promise<void> =>
  eventually(() => expect([runner.started.at(-1), runner.active !== null]).toEqual([name, true]));

test('entries are trained in their order, one at a time; ends are told once', async () => {
  const runner = new FakeRunner();
  const { queue, told } = open(runner);
  const ended: string[] = [];
  queue.onEnded(({ entry, run }) => void ended.push(`${entry.name} ${run?.id === entry.runId}`));
  await queue.add(named('a', 'b', 'c'));
  expect(queue.isBusy).toBe(false);
  queue.begin({ adopt: true });
  await trains(runner, 'a');
  expect(states(queue)).toEqual(['a running', 'b waiting', 'c waiting']);
  expect(queue.isBusy).toBe(true);
  runner.end('finished');
  await trains(runner, 'b');
  runner.end('failed', 'NaN at fc1');
  await trains(runner, 'c');
  runner.end('finished');
  await eventually(() => expect(queue.isBusy).toBe(false));
  expect(states(queue)).toEqual(['a finished', 'b failed', 'c finished']);
  expect(queue.list().entries[1]).toMatchObject({ reason: 'NaN at fc1', sizeBytes: 1000 });
  expect(ended).toEqual(['a true', 'b true', 'c true']);
  await eventually(() => expect(told.at(-1)?.entries.at(-1)?.state).toBe('finished'));
  // A new beginning: what was over is shown no more.
  await queue.add(named('d'));
  expect(queue.list().entries.map(({ name }) => name)).toEqual(['d']);
});

test('moved, put next, taken out and tried again', async () => {
  const runner = new FakeRunner();
  const { queue } = open(runner);
  const [, b = '', c = '', d = ''] = await queue.add(named('a', 'b', 'c', 'd'));
  queue.begin({ adopt: false });
  await trains(runner, 'a');
  queue.move([d, c], b);
  expect(waiting(queue)).toEqual(['d', 'c', 'b']);
  queue.move([d], null);
  expect(waiting(queue)).toEqual(['c', 'b', 'd']);
  await queue.add(named('e', 'f'), { next: true });
  expect(waiting(queue)).toEqual(['e', 'f', 'c', 'b', 'd']);
  await queue.cancel([b, d]);
  expect(waiting(queue)).toEqual(['e', 'f', 'c']);
  queue.retry([b]);
  expect(waiting(queue)).toEqual(['e', 'f', 'c', 'b']);
  const [running = ''] = queue.list().entries.flatMap((e) => (e.state === 'running' ? [e.id] : []));
  await queue.cancel([running]);
  await trains(runner, 'e');
  expect(queue.entry(running)?.state).toBe('stopped');
});

test('held, nothing more begins; a pause is kept', async () => {
  const runner = new FakeRunner();
  const { queue } = open(runner);
  await queue.add(named('a', 'b'));
  queue.begin({ adopt: true });
  await trains(runner, 'a');
  queue.pause();
  runner.end('finished');
  await eventually(() => expect(states(queue)).toEqual(['a finished', 'b waiting']));
  expect(queue.isBusy).toBe(false);
  expect(open(new FakeRunner(), 'two').queue.list().hold).toEqual({ by: 'user', message: '' });
  queue.resume();
  await trains(runner, 'b');
});

test('a run started by hand is waited for', async () => {
  const runner = new FakeRunner();
  const { queue } = open(runner);
  runner.active = 'by hand';
  runner.runs.set('by hand', {} as Run);
  await queue.add(named('a'));
  queue.begin({ adopt: true });
  // At its beginning, and again by itself.
  await eventually(() => expect(runner.looks).toBeGreaterThan(2));
  expect(runner.started).toEqual([]);
  expect(queue.isBusy).toBe(true);
  runner.end('finished');
  await trains(runner, 'a');
});

test('of several that train one that is paused waits for somebody, the others do not', async () => {
  const runner = new FakeRunner();
  runner.hasRoom = () => Promise.resolve(true);
  const { queue } = open(runner);
  await queue.add(named('a', 'b'));
  queue.begin({ adopt: true });
  await trains(runner, 'b');
  const [a = '', b = ''] = queue.list().entries.map(({ runId }) => runId ?? '');
  runner.pause(a);
  expect(queue.isBusy).toBe(true);
  runner.pause(b);
  expect(queue.isBusy).toBe(false);
});

test('under a dead engine an entry goes on as the same run, and is set aside the second time', async () => {
  const runner = new FakeRunner();
  const { queue } = open(runner);
  const [a = ''] = await queue.add(named('a', 'b'));
  queue.begin({ adopt: true });
  await trains(runner, 'a');
  const run = runner.active;
  runner.end('interrupted');
  await eventually(() => expect(runner.recovered).toEqual([run]));
  runner.end('interrupted', 'The engine process ended (SIGKILL).');
  await trains(runner, 'b');
  expect(queue.entry(a)).toMatchObject({
    state: 'setAside',
    runId: run,
    reason: 'The engine ended 2 times while it trained this. The engine process ended (SIGKILL).',
  });
  // Tried again, it has two lives again.
  queue.retry([a]);
  runner.end('finished');
  await eventually(() => expect(runner.recovered).toEqual([run, run]));
});

test('without a checkpoint it begins again, and the stump is cleared away', async () => {
  const runner = new FakeRunner();
  runner.hasCheckpoints = false;
  const { queue } = open(runner);
  await queue.add(named('a'));
  queue.begin({ adopt: true });
  await trains(runner, 'a');
  const run = runner.active;
  runner.end('interrupted');
  await eventually(() => expect(runner.started).toEqual(['a', 'a']));
  expect(runner.discarded).toEqual([run]);
  expect(runner.active).not.toBe(run);
});

test.each([
  ['what is wrong with it fails it', () => inputError('data.missing', 'No such data.'), 'failed'],
  [
    'an engine that dies under its start sets it aside',
    () => new RemoteError({ name: 'EngineError', message: 'It ended.', code: 'engine.ended' }),
    'setAside',
  ],
])('%s, and the next one is tried', async (_, refuse, state) => {
  const runner = new FakeRunner();
  runner.refuse = refuse;
  const { queue } = open(runner);
  await queue.add(named('a', 'b'));
  queue.begin({ adopt: true });
  await eventually(() => expect(states(queue)).toEqual([`a ${state}`, `b ${state}`]));
  expect(queue.list().entries[0]?.reason).not.toBe('');
});

test('a full disk holds the queue: nothing fails of it', async () => {
  const runner = new FakeRunner();
  runner.refuse = () => inputError('file.disk-full', 'The disk is full.');
  const { queue } = open(runner);
  await queue.add(named('a', 'b'));
  queue.begin({ adopt: true });
  await eventually(() =>
    expect(queue.list().hold).toEqual({ by: 'record', message: 'The disk is full.' }),
  );
  expect(waiting(queue)).toEqual(['a', 'b']);
  runner.refuse = null;
  queue.resume();
  await trains(runner, 'a');
});

test('what a dead process left goes on with the next; what a living one has stays its own', async () => {
  const first = new FakeRunner();
  const living = ['one', 'two'];
  const { queue } = open(first, 'one', living);
  await queue.add(named('a', 'b', 'c'));
  queue.begin({ adopt: true });
  await trains(first, 'a');
  const run = first.active ?? '';

  const second = new FakeRunner();
  const other = open(second, 'two', living).queue;
  await other.add(named('z'));
  other.begin({ adopt: true });
  await trains(second, 'z');
  expect(states(other)).toEqual(['a running', 'z running', 'b waiting', 'c waiting']);
  expect(other.list().entries.filter(({ elsewhere }) => elsewhere)).toHaveLength(3);
  second.end('finished');

  // Killed: nothing of it is said to anybody.
  first.queue = null;
  queue.stopBeginning();
  second.runs.set(run, { id: run, progress: { state: 'interrupted' } } as unknown as Run);
  living.shift();
  await eventually(() => expect(second.recovered).toEqual([run]));
  second.end('finished');
  await trains(second, 'b');
  second.end('finished');
  await trains(second, 'c');
  expect(states(other).at(-1)).toBe('c running');
});

test('a document with problems is not taken in, nor are those with it', async () => {
  const { queue } = open(new FakeRunner());
  const broken = { ...document, wires: [] };
  await expect(queue.add([{ document }, { document: broken }])).rejects.toThrow('wire.open-input');
  expect(queue.list().entries).toEqual([]);
});

test('what cannot be read is called by its name: the queue, not the record of runs', () => {
  const kept = { queue: new QueueStore(folder.path), sweeps: new SweepStore(folder.path) };
  for (const [name, store] of Object.entries(kept)) {
    store.close();
    writeFileSync(join(folder.path, `${name}.db`), 'no database at all '.repeat(1000));
  }
  const queue = new QueueStore(folder.path);
  const sweeps = new SweepStore(folder.path);
  expect(() => queue.clear()).toThrow(/^The queue is damaged.* \[queue\.damaged\]$/);
  expect(() => sweeps.put('x', 'paused', {} as SweepBody)).toThrow(
    /^The record of sweeps is damaged.* \[sweeps\.damaged\]$/,
  );
  queue.close();
  sweeps.close();
});
