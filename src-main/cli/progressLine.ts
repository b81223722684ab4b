/** How far training is: one line that is written over on a terminal, now and then a line in a log. */
import type { WriteStream } from 'node:tty';
import type { RunProgress } from '#engine/protocol/index.ts';

const LOG_INTERVAL_MS = 5_000;

export interface ProgressLine {
  show(progress: RunProgress): void;
  /** Before something else is printed. */
  clear(): void;
}

export function createProgressLine(
  stream: Pick<WriteStream, 'write' | 'isTTY'>,
  now: () => number = () => performance.now(),
): ProgressLine {
  let shown = false;
  let loggedAt = -Infinity;
  return {
    show(progress) {
      if (progress.state !== 'running') return;
      if (stream.isTTY) {
        stream.write(`\r\u001b[K${sentence(progress)}`);
        shown = true;
      } else if (now() - loggedAt >= LOG_INTERVAL_MS) {
        loggedAt = now();
        stream.write(`${sentence(progress)}\n`);
      }
    },
    clear() {
      if (shown) stream.write('\r\u001b[K');
      shown = false;
    },
  };
}

function sentence(progress: RunProgress): string {
  const { epoch, totalEpochs, step, totalSteps, samplesPerSecond, etaMs } = progress;
  const left = etaMs === null ? '' : `, ${Math.ceil(etaMs / 1000)} s left`;
  const at = Math.min(epoch + 1, totalEpochs);
  return `epoch ${at}/${totalEpochs}, step ${step}/${totalSteps}, ${Math.round(samplesPerSecond)} samples/s${left}`;
}
