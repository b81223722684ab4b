/**
 * How much is shown while a run trains and how fast it goes, as all windows agree; and this window's word
 * whether it can be seen, so that a run does not draw for nobody, and whether a hand moves its canvas, so that
 * the engine leaves it a part of the processor.
 */
import { createStore } from 'zustand/vanilla';
import type { AppCalls, AppEvents } from '#engine/protocol/appContract.ts';
import type { Client } from '#engine/protocol/rpc.ts';
import { HAND_RESTS_MS, type Watching } from '#engine/protocol/watching.ts';
import { connectionStore } from '../bridge/index.ts';
import type { Motion } from './motion.ts';
import type { Runs } from './runs.ts';

export const watchingStore = createStore<Watching>(() => ({ level: 'full', pace: 'full' }));

type Bridge = Pick<Client<AppCalls, AppEvents>, 'call' | 'on'>;

/** Returns the way to stop. */
export function followWatching(
  client: Bridge,
  page: Document,
  runs: Pick<Runs, 'followLooked'>,
): () => void {
  /** Nothing is said of them before one trains: then all are taken to be shown. */
  let looked: readonly string[] | null = null;
  const say = (): void => {
    const look = { visible: !page.hidden, ...(looked && { runs: looked }) };
    // A connection that is lost meanwhile says it again when it is back.
    void client.call('training.look', look).catch(() => undefined);
  };
  page.addEventListener('visibilitychange', say);
  const stops = [
    runs.followLooked((runIds) => {
      looked = runIds;
      say();
    }),
    client.on('training.watching', (watching) => watchingStore.setState(watching)),
    connectionStore.subscribe(({ state }, before) => {
      if (state === 'connected' && before.state !== state && (page.hidden || looked)) say();
    }),
    () => page.removeEventListener('visibilitychange', say),
  ];
  return () => stops.forEach((stop) => stop());
}

/** Tells main while a hand is on the canvas of this window and something is being trained. */
export function tellHand(
  client: Bridge,
  hand: Pick<Motion, 'subscribe'>,
  trains: () => boolean,
  every: (run: () => void, ms: number) => () => void = onTheClock,
): () => void {
  let stopSaying: (() => void) | null = null;
  // One that is lost does no harm: main lets go by itself.
  const say = (moves: boolean): void =>
    void client.call('training.hand', { moves }).catch(() => undefined);
  const rest = (): void => {
    if (!stopSaying) return;
    stopSaying();
    stopSaying = null;
    say(false);
  };
  const stop = hand.subscribe((moves) => {
    if (!moves) return rest();
    if (!trains()) return;
    say(true);
    stopSaying = every(() => say(true), HAND_RESTS_MS / 2);
  });
  return () => {
    stop();
    rest();
  };
}

const onTheClock = (run: () => void, ms: number): (() => void) => {
  const timer = setInterval(run, ms);
  return () => clearInterval(timer);
};

/** For all windows; shown at once, corrected by what main answers. */
export async function chooseWatching(client: Bridge, change: Partial<Watching>): Promise<void> {
  watchingStore.setState(change);
  watchingStore.setState(await client.call('training.watch', change));
}
