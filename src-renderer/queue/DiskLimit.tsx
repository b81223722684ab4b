/** What all runs may take on the disk before the queue is held and what trains is paused. */
import { useStore } from 'zustand';
import { formatBytes } from '../ui/format.ts';
import { QueueLimit } from './QueueLimit.tsx';
import { queue } from './queueStore.ts';

export function DiskLimit() {
  const room = useStore(queue.store, (state) => state.room);
  return (
    <QueueLimit
      setting="diskLimitGib"
      label="Runs may take"
      unit="GB"
      none="all"
      help="Before runs take more, what trains is paused and the queue is held"
    >
      {room && <span>(now {formatBytes(room.usedBytes)})</span>}
    </QueueLimit>
  );
}
