/** Calls about the program itself: what it runs on, its settings. */
import type { JsonValue } from '#engine/ir/attrs.ts';
import type { WatchLevel } from '../watching.ts';

export interface AppInfo {
  readonly version: string;
  readonly host: 'electron' | 'server';
  readonly platform: string;
  readonly cores: number;
  /** How many pages beside the one that asks are connected. */
  readonly otherPages: number;
  /** Native dialogs exist (Electron); otherwise the page uses file inputs and downloads. */
  readonly nativeDialogs: boolean;
  /** Runs being trained now, to catch up with after a reload or a dropped connection. */
  readonly activeRunIds: readonly string[];
}

export interface Settings {
  readonly theme: 'system' | 'light' | 'dark';
  readonly threads: number;
  readonly telemetryHz: number;
  /** How much is shown while a run trains. */
  readonly watching: WatchLevel;
  /** Runs that wait and train side by side at most; 0: as many as make sense. */
  readonly trainAtOnce: number;
  /** What all runs may take on the disk, in GiB, before the queue begins no more; 0: as much as there is. */
  readonly diskLimitGib: number;
  /** Address that data sets are fetched from instead of their own servers; empty: none. */
  readonly datasetMirror: string;
  /** Panel layout and other view state, owned by the renderer. */
  readonly view: Readonly<Record<string, JsonValue>>;
}

export interface HostCalls {
  'app.info'(input: null): AppInfo;
  'settings.get'(input: null): Settings;
  /** All but what is watched, which has an owner of its own: `training.watch`. */
  'settings.set'(input: Partial<Omit<Settings, 'watching'>>): Settings;
}

export interface HostEvents {
  'engine.state': {
    readonly state: 'starting' | 'ready' | 'crashed' | 'restarting' | 'failed';
    readonly detail: string;
  };
  /** A menu item of the native menu was chosen; the name is a CommandId of the renderer. */
  'menu.command': { readonly command: string };
}
