/** How far training is: one line that is written over on a terminal, now and then a line in a log. */
import type { WriteStream } from 'node:tty';
import type { RunProgress } from '#engine/protocol/index.ts';

const LOG_INTERVAL_MS = 5_000;

export interface StatusLine {
  show(text: string): void;
  /** Before something else is printed. */
  clear(): void;
}

export function createStatusLine(
  stream: Pick<WriteStream, 'write' | 'isTTY'> & Partial<Pick<WriteStream, 'columns'>>,
  now: () => number = () => performance.now(),
): StatusLine {
  let shown = false;
  let loggedAt = -Infinity;
  return {
    show(text) {
      if (stream.isTTY) {
        // What went on into a second line could not be written over.
        stream.write(`\r\u001b[K${fitting(text, stream.columns ?? Infinity)}`);
        shown = true;
      } else if (now() - loggedAt >= LOG_INTERVAL_MS) {
        loggedAt = now();
        stream.write(`${text}\n`);
      }
    },
    clear() {
      if (shown) stream.write('\r\u001b[K');
      shown = false;
    },
  };
}

const fitting = (text: string, columns: number): string =>
  text.length < columns ? text : `${text.slice(0, Math.max(0, columns - 2))}…`;

/** Null while there is nothing to be said of how far it is. */
export function progressText(progress: RunProgress): string | null {
  if (progress.state !== 'running') return null;
  const { step, totalSteps, samplesPerSecond, etaMs } = progress;
  const left = etaMs === null ? '' : `, ${Math.ceil(etaMs / 1000)} s left`;
  return `${epochText(progress)}, step ${step}/${totalSteps}, ${Math.round(samplesPerSecond)} samples/s${left}`;
}

export function epochText({ epoch, totalEpochs }: RunProgress): string {
  return `epoch ${Math.min(epoch + 1, totalEpochs)}/${totalEpochs}`;
}
