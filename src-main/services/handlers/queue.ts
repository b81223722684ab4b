/** Answers to calls about what waits to be trained. */
import type { Handlers, QueueCalls } from '#engine/protocol/index.ts';
import type { QueueService } from '../queue/queue.ts';

export function queueHandlers(queue: QueueService): Handlers<QueueCalls> {
  return {
    'queue.list': () => queue.list(),
    'queue.add': ({ entries, next }) => queue.add(entries, { next: next ?? false }),
    'queue.move': ({ ids, before }) => (queue.move(ids, before), null),
    'queue.cancel': async ({ ids }) => (await queue.cancel(ids), null),
    'queue.retry': ({ ids }) => (queue.retry(ids), null),
    'queue.pause': () => (queue.pause(), null),
    'queue.resume': () => (queue.resume(), null),
    'queue.clear': () => (queue.clear(), null),
  };
}
