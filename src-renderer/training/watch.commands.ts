/** How fast a run goes and how much of it is shown: the same choices as above the canvas. */
import type { Watching } from '#engine/protocol/watching.ts';
import { bridge } from '../bridge/index.ts';
import { defineCommand } from '../commands/defineCommand.ts';
import { chooseWatching, watchingStore } from '../state/watching.ts';

const choice = (id: string, title: string, change: Partial<Watching>, keywords: string[]) =>
  defineCommand({
    id: `training.${id}`,
    title,
    group: 'Training',
    keywords,
    when: () => {
      const now = watchingStore.getState();
      return !Object.entries(change).every(([key, value]) => now[key as keyof Watching] === value);
    },
    run: () => chooseWatching(bridge, change),
  });

export default [
  choice('paceFull', 'Train at full speed', { pace: 'full' }, ['pace', 'fast']),
  choice('paceRealTime', 'Train in real time, every step shown', { pace: 'realTime' }, ['pace']),
  choice('paceSlow', 'Train in slow motion, a step a second', { pace: 'slow' }, ['pace', 'teach']),
  choice('watchFull', 'Watch in full', { level: 'full' }, ['telemetry', 'live']),
  choice('watchBalanced', 'Watch a little', { level: 'balanced' }, ['telemetry', 'balanced']),
  choice('watchOff', 'Do not watch while training', { level: 'off' }, ['telemetry', 'speed']),
];
