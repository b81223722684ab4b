/** Keeps the look of the window in the app's settings; the theme also here, so that it is right at once. */
import type { AppCalls, Settings } from '#engine/protocol/appContract.ts';
import { own } from '#engine/ir/record.ts';
import type { Client } from '#engine/protocol/rpc.ts';
import { bridge } from '../bridge/index.ts';
import { restoreView, viewSettings, viewStore, type ThemeChoice } from './view.ts';

const SAVE_DELAY_MS = 500;
const THEME_KEY = 'netloom.theme';

function isTheme(value: unknown): value is ThemeChoice {
  return value === 'system' || value === 'light' || value === 'dark';
}

/** Before the settings are there. */
export function recallTheme(): void {
  const theme = localStorage.getItem(THEME_KEY);
  if (isTheme(theme)) viewStore.setState({ theme });
}

export async function saveTheme(theme: ThemeChoice): Promise<void> {
  viewStore.setState({ theme });
  localStorage.setItem(THEME_KEY, theme);
  await bridge.call('settings.set', { theme });
}

/**
 * Reads the settings, then writes back after a quiet moment what has changed and nothing else: another window
 * writes them as well. Returns the way to stop.
 */
export async function syncView(
  client: Pick<Client<AppCalls, unknown>, 'call'>,
  set: (settings: Settings) => void = () => {},
): Promise<() => void> {
  const settings = await client.call('settings.get', null);
  viewStore.setState({ ...restoreView(settings.view), theme: settings.theme });
  localStorage.setItem(THEME_KEY, settings.theme);
  set(settings);
  let kept = viewSettings(viewStore.getState());
  const save = async (): Promise<void> => {
    const now = viewSettings(viewStore.getState());
    const view = Object.fromEntries(
      Object.entries(now).filter(([key, value]) => value !== own(kept, key)),
    );
    if (Object.keys(view).length === 0) return;
    await client.call('settings.set', { view });
    kept = { ...kept, ...view };
  };
  let timer: ReturnType<typeof setTimeout> | null = null;
  const stop = viewStore.subscribe(() => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => {
      save().catch(() => {
        // Not worth a word: the next change tries again.
      });
    }, SAVE_DELAY_MS);
  });
  return () => {
    stop();
    if (timer !== null) clearTimeout(timer);
  };
}
