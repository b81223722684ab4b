/** Rule: what waits is weighed against the room for it before it begins; the queue is held before it is used up. */
import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FREE_BYTES, QueueDisk } from '#main/services/queue/disk.ts';
import { DiskWatch } from '#main/services/queue/diskWatch.ts';
import { temporaryFolder } from '#test/support/cli.ts';

const GIB = 2 ** 30;
let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
  for (const run of ['a', 'b']) {
    mkdirSync(join(folder.path, 'checkpoints', run), { recursive: true });
    const last = join(folder.path, 'checkpoints', run, 'last.safetensors');
    writeFileSync(last, Buffer.alloc(2 ** 20));
    // A second name of the same file takes no room.
    linkSync(last, join(folder.path, 'checkpoints', run, 'step-1.safetensors'));
  }
});
afterEach(() => folder.remove());

const disk = (limitGib: number, freeBytes: number): QueueDisk =>
  new QueueDisk({
    folder: folder.path,
    limitGib: () => Promise.resolve(limitGib),
    freeBytes: () => Promise.resolve(freeBytes),
  });

test('the record says what a run takes; entries that are over say it better', async () => {
  const roomy = disk(0, 100 * GIB);
  expect(roomy.room(3, [])).toBeNull();
  expect(await roomy.obstacle([])).toBeNull();
  expect(roomy.room(3, [])).toEqual({
    usedBytes: 2 * 2 ** 20,
    leftBytes: 100 * GIB - FREE_BYTES,
    expectedBytes: 3 * 2 ** 20,
  });
  expect(roomy.room(3, [10, 30])?.expectedBytes).toBe(60);
});

test('at the limit of the settings it says so, with the numbers and what to do', async () => {
  const hold = await disk(2.5 / 1024, 100 * GIB).obstacle([]);
  expect(hold).toEqual({
    by: 'disk',
    message:
      'Runs take 2 MB of the 3 MB that they may, and the next run takes about 1 MB. Delete runs or raise the limit, then resume.',
  });
});

test('without a limit a rest of the disk is left free', async () => {
  expect(await disk(0, FREE_BYTES + 2 ** 20).obstacle([])).toBeNull();
  expect((await disk(0, FREE_BYTES + 1000).obstacle([]))?.message).toMatch(
    /^The disk has 0.5 GB left/,
  );
});

test('while something trains it is said once before the room is used up; then all of it is paused', async () => {
  const told: string[] = [];
  let training = ['a', 'b'];
  const runs = {
    training: () => training,
    pause: (id: string) => Promise.resolve(void told.push(`${id} paused`)),
    remark: (id: string, level: string, message: string) =>
      void told.push(`${id} ${level}: ${message}`),
  };
  const looked = (limitMib: number) => new DiskWatch(disk(limitMib / 1024, 100 * GIB), runs).look();
  expect(await looked(100)).toBeNull();
  expect(told).toEqual([]);

  const tight = new DiskWatch(disk(2.1 / 1024, 100 * GIB), runs);
  expect([await tight.look(), await tight.look()]).toEqual([null, null]);
  const warning =
    'Runs take 2 MB of the 2 MB that they may. Training is paused when it is used up.';
  expect(told).toEqual([`a warning: ${warning}`, `b warning: ${warning}`]);

  told.length = 0;
  training = ['a'];
  const hold = await looked(1);
  const full = 'Runs take 2 MB of the 1 MB that they may.';
  expect(told).toEqual([`a error: ${full} Training is paused at a checkpoint.`, 'a paused']);
  expect(hold?.by).toBe('disk');
  expect(hold?.message).toMatch(/raise the limit, then resume\.$/);
  training = [];
  expect(await looked(1)).toBeNull();
});
