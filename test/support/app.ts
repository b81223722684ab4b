/** The services of the app with the built engine as their child, and a client: an app without a page. */
import { join, resolve } from 'node:path';
import { type AppCalls, type AppEvents, type Client, connect } from '#engine/protocol/index.ts';
import { createNodeStarter } from '#main/engineProcess/nodeStarter.ts';
import { type AppServices, createServices } from '#main/services/index.ts';
import { EXAMPLES, temporaryFolder } from './cli.ts';
import { memoryPair } from './memoryPair.ts';
import { readerStarter } from '#test/support/readerStarter.ts';

const ENGINE = resolve(import.meta.dirname, '..', '..', 'out', 'main', 'engine.js');

export interface App {
  readonly services: AppServices;
  readonly client: Client<AppCalls, AppEvents>;
  /** Also forgets everything it recorded, unless a folder was named. */
  readonly close: () => Promise<void>;
}

export interface AppOptions {
  readonly background?: boolean;
  /** One run after the other where there is one. */
  readonly cores?: number;
  /** Where it keeps its state; one of its own by default. */
  readonly folder?: string;
}

export function startApp(options: AppOptions = {}): App {
  const { background = false, cores = 1 } = options;
  const folder =
    options.folder === undefined
      ? temporaryFolder()
      : { path: options.folder, remove: () => undefined };
  const services = createServices({
    info: { version: 'test', host: 'server', platform: 'test', cores },
    starter: createNodeStarter({ entry: ENGINE, onLog: () => undefined, background }),
    readerStarter,
    stateFolder: folder.path,
    projectFolder: join(folder.path, 'projects'),
    examplesFolder: EXAMPLES,
  });
  const [near, far] = memoryPair();
  services.attach(far);
  return {
    services,
    client: connect<AppCalls, AppEvents>(near),
    close: async () => {
      await services.close();
      folder.remove();
    },
  };
}
