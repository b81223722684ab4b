/**
 * Rule: once the end has begun, a call is refused in words and with a code, and no mistake is told of; what was
 * begun before is answered, and what a person has made is still put away.
 */
import type { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { networkDocument, DOCUMENT_VERSION } from '#engine/ir/index.ts';
import { Closing } from '#main/services/closing.ts';
import { StateDatabase } from '#main/services/stateDatabase.ts';
import { startApp } from '#test/support/app.ts';
import { temporaryFolder } from '#test/support/cli.ts';

const REFUSED = { code: 'app.closing', problems: [{ message: 'Netloom is closing.' }] };

const errorOutput = (): (() => string) => {
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  onTestFinished(() => written.mockRestore());
  return () => written.mock.calls.map(([text]) => String(text)).join('');
};

test('calls that come while services close, and after, are refused; drafts are kept', async () => {
  const folder = temporaryFolder();
  onTestFinished(() => folder.remove());
  const { services, client } = startApp({ folder: folder.path });
  await services.tidied;
  const told = errorOutput();
  const before = client.call('runs.list', null);
  expect(await before).toEqual([]);
  const closed = services.close();
  for (const method of ['runs.list', 'queue.list'] as const) {
    await expect(client.call(method, null), method).rejects.toMatchObject(REFUSED);
  }
  await closed;
  await expect(client.call('runs.changes', {})).rejects.toMatchObject(REFUSED);
  const document = networkDocument.parse({
    format: 'netloom',
    version: DOCUMENT_VERSION,
    name: 'kept',
    nodes: [],
    wires: [],
  });
  const kept = await client.call('projects.saveDraft', { id: 'draft', document });
  expect(Date.parse(kept.savedAt)).toBeGreaterThan(0);
  expect(told()).toBe('');
});

test('what was begun is waited for, but not for ever', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const closing = new Closing();
  const answer: (() => void)[] = [];
  for (let i = 0; i < 2; i++) closing.follow(new Promise((resolve) => answer.push(resolve)));
  closing.begin();
  let over = false;
  const ended = closing.answered().then(() => (over = true));
  answer[0]?.();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(over).toBe(false);
  answer[1]?.();
  await ended;
  closing.follow(new Promise(() => undefined));
  const late = closing.answered();
  await vi.advanceTimersByTimeAsync(5_000);
  await late;
});

test('a database that is closed is refused to whoever asks, and is not opened again', () => {
  const folder = temporaryFolder();
  onTestFinished(() => folder.remove());
  const database = new StateDatabase({
    path: join(folder.path, 'state.db'),
    holds: { code: 'runs', name: 'The record of runs' },
    steps: ['CREATE TABLE t (a)'],
  });
  const work = (db: DatabaseSync): number => db.prepare('SELECT a FROM t').all().length;
  expect(database.read(work)).toBe(0);
  database.close();
  expect(() => database.read(work)).toThrow('Netloom is closing.');
  expect(() => database.write(work)).toThrow(expect.objectContaining({ code: REFUSED.code }));
});
