/** What is said of the queue as a whole. */
import type { QueueHold, QueueRoom } from '#engine/protocol/appContract.ts';
import type { QueueProgress } from '#engine/runs/queueTime.ts';
import { formatBytes, formatEta, formatInteger } from '../ui/format.ts';

export interface QueueLine {
  readonly text: string;
  readonly tone: 'plain' | 'warn';
}

/** Whether what waits will not find room. */
export const isTight = (room: QueueRoom | null): boolean =>
  room !== null && room.expectedBytes > room.leftBytes;

export function queueLine(
  { done, total, remainingMs }: QueueProgress,
  hold: QueueHold | null,
  room: QueueRoom | null,
): QueueLine {
  const open = total - done;
  if (total === 0) return { text: hold ? 'queue held' : 'queue empty', tone: 'plain' };
  if (open === 0) return { text: `${formatInteger(total)} done`, tone: 'plain' };
  const of = `${formatInteger(done)} of ${formatInteger(total)} done`;
  if (hold) return { text: `${of}, held`, tone: hold.by === 'user' ? 'plain' : 'warn' };
  const left = remainingMs === null ? '' : `, ${formatEta(remainingMs)} left`;
  return { text: `${of}${left}`, tone: isTight(room) ? 'warn' : 'plain' };
}

/** Before the limit is reached. */
export function roomText(room: QueueRoom): string {
  const { expectedBytes, leftBytes } = room;
  return (
    `What waits will take about ${formatBytes(expectedBytes)} of the disk, and ` +
    `${formatBytes(leftBytes)} are left for runs. The queue is held before that is used up.`
  );
}
