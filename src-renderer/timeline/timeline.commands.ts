/** The run clock by keys: one record, one event, the first, live. */
import { defineCommand } from '../commands/defineCommand.ts';
import { live } from '../state/live.ts';
import { goFirst, goLive, moveBy, moveToEvent } from './clock.ts';

const recorded = (): boolean => live.steps.length > 1;

export default [
  defineCommand({
    id: 'timeline.back',
    title: 'Look back one recorded step',
    group: 'Training',
    keys: ['Alt+ArrowLeft'],
    keywords: ['history', 'scrub', 'past', 'clock', 'previous'],
    when: recorded,
    run: () => moveBy(-1),
  }),
  defineCommand({
    id: 'timeline.forward',
    title: 'Look forward one recorded step',
    group: 'Training',
    keys: ['Alt+ArrowRight'],
    keywords: ['history', 'scrub', 'clock', 'next'],
    when: () => live.pinned,
    run: () => moveBy(1),
  }),
  defineCommand({
    id: 'timeline.eventBack',
    title: 'Look back to the event before',
    group: 'Training',
    keys: ['Alt+Shift+ArrowLeft'],
    keywords: ['history', 'clock', 'checkpoint', 'warning'],
    when: recorded,
    run: () => moveToEvent(-1),
  }),
  defineCommand({
    id: 'timeline.eventForward',
    title: 'Look forward to the next event',
    group: 'Training',
    keys: ['Alt+Shift+ArrowRight'],
    keywords: ['history', 'clock', 'checkpoint', 'warning'],
    when: () => live.pinned,
    run: () => moveToEvent(1),
  }),
  defineCommand({
    id: 'timeline.first',
    title: 'Look at the first recorded step',
    group: 'Training',
    keys: ['Alt+Home'],
    keywords: ['history', 'clock', 'beginning'],
    when: recorded,
    run: goFirst,
  }),
  defineCommand({
    id: 'training.latestStep',
    title: 'Go live: return to the latest step',
    group: 'Training',
    keys: ['Alt+l', 'Alt+End'],
    keywords: ['history', 'scrub', 'live', 'now', 'clock'],
    when: () => live.pinned,
    run: goLive,
  }),
];
