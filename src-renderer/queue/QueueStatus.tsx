/** The queue in the status bar: how far it is as a whole; its list opens above. */
import { Popover } from 'radix-ui';
import { useStore } from 'zustand';
import { floatRoot } from '../ui/floatRoot.ts';
import { Icon } from '../ui/Icon.tsx';
import { QueueList } from './QueueList.tsx';
import { queue } from './queueStore.ts';
import { queueLine } from './queueText.ts';
import { useQueueProgress } from './useQueueProgress.ts';
import './Queue.css';

export function QueueStatus() {
  const { isShown, hold, room } = useStore(queue.store);
  const progress = useQueueProgress();
  const line = queueLine(progress, hold, room);
  return (
    <Popover.Root open={isShown} onOpenChange={(open) => queue.show(open)}>
      <Popover.Trigger asChild>
        <button type="button" className={line.tone} aria-label={`Queue: ${line.text}`}>
          <span>
            <Icon name={line.tone === 'warn' ? 'warning' : 'clock'} size={12} />
            {line.text}
          </span>
        </button>
      </Popover.Trigger>
      <Popover.Portal container={floatRoot()}>
        <Popover.Content
          className="queue-popover"
          side="top"
          align="end"
          sideOffset={8}
          collisionPadding={8}
          aria-label="Queue"
        >
          <QueueList progress={progress} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
