/** Rule: where a run's folder goes while its snapshots are thinned, nothing is thrown that nobody awaits. */
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import * as writing from '#engine/platform/nodeWriting.ts';
import { SNAPSHOT_FILE } from '#main/services/runs/snapshotFile.ts';
import { BUDGET_BYTES, SnapshotWriter } from '#main/services/runs/snapshotWriter.ts';
import { temporaryFolder } from '#test/support/cli.ts';
import { telemetryFrame } from '#test/support/runFixtures.ts';

const folder = temporaryFolder();
afterEach(() => {
  vi.restoreAllMocks();
  folder.remove();
});

test('between the thinned file and its opening', async () => {
  const path = join(folder.path, 'run', SNAPSHOT_FILE);
  let thinnings = 0;
  const { writeAtomic } = writing;
  vi.spyOn(writing, 'writeAtomic').mockImplementation(async (written, ...rest) => {
    await writeAtomic(written, ...rest);
    thinnings += 1;
    rmSync(dirname(written), { recursive: true });
  });
  const writer = new SnapshotWriter(path);
  const nodes = Array.from({ length: 400 }, (_, i) => `layer${i}`);
  let step = 0;
  const frame = () => {
    step += 1;
    const body = telemetryFrame(step, nodes);
    return { kind: 'telemetry' as const, body, atMs: step * 1000 };
  };
  const bytes = () => Math.max(...Object.values(BUDGET_BYTES));
  for (let written = 0; thinnings === 0 && written < 10 * bytes(); written += 1000) {
    writer.append(Array.from({ length: 20 }, frame));
    // What comes while it thins waits for the new file.
    writer.append([frame()]);
    await expect(writer.settled).resolves.toBeUndefined();
  }
  expect(thinnings).toBe(1);
  writer.append([frame()]);
  writer.close();
});
