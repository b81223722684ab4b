/** What waits to be trained: added to, looked at, held and let go on. */
import { defineCommand } from '../commands/defineCommand.ts';
import { addToQueue, canQueue } from './addToQueue.ts';
import { queue } from './queueStore.ts';

export const QUEUE_KEYS = { add: '$mod+Alt+Enter' } as const;

const isHeld = (): boolean => queue.store.getState().hold !== null;

export default [
  defineCommand({
    id: 'queue.add',
    title: 'Add to the queue: trains when its turn comes',
    group: 'Training',
    keys: [QUEUE_KEYS.add],
    inText: true,
    icon: 'queue',
    keywords: ['train', 'later', 'wait', 'batch', 'background', 'schedule'],
    when: canQueue,
    run: () => addToQueue(),
  }),
  defineCommand({
    id: 'queue.addNext',
    title: 'Train next: before everything that waits in the queue',
    group: 'Training',
    keywords: ['queue', 'first', 'front', 'priority'],
    when: () => canQueue() && queue.waiting().length > 0,
    run: () => addToQueue(true),
  }),
  defineCommand({
    id: 'queue.show',
    title: 'Show the queue',
    group: 'Training',
    icon: 'clock',
    keywords: ['waiting', 'jobs', 'order', 'cancel'],
    run: () => queue.show(true),
  }),
  defineCommand({
    id: 'queue.pause',
    title: 'Hold the queue: what trains goes on, nothing more begins',
    group: 'Training',
    keywords: ['pause', 'wait', 'stop'],
    when: () => !isHeld(),
    run: () => queue.hold().then(() => undefined),
  }),
  defineCommand({
    id: 'queue.resume',
    title: 'Let the queue go on',
    group: 'Training',
    keywords: ['resume', 'continue', 'start'],
    when: isHeld,
    run: () => queue.release().then(() => undefined),
  }),
  defineCommand({
    id: 'queue.cancelAll',
    title: 'Take out everything that waits in the queue',
    group: 'Training',
    keywords: ['cancel', 'empty', 'clear'],
    when: () => queue.waiting().length > 0,
    run: () => queue.cancel(queue.waiting()).then(() => undefined),
  }),
  defineCommand({
    id: 'queue.clear',
    title: 'Clear what is over from the queue; its runs stay',
    group: 'Training',
    keywords: ['finished', 'done', 'tidy'],
    when: () => queue.hasOver(),
    run: () => queue.clear().then(() => undefined),
  }),
];
