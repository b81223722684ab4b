/** Where things are: the user's state, the user's projects, and what is shipped with the product. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export interface Folders {
  readonly stateFolder: string;
  readonly projectFolder: string;
  readonly examplesFolder: string;
  /** Data sets that come with the product. */
  readonly shippedFolder: string;
  readonly rendererFolder: string;
  readonly engineEntry: string;
  readonly exporterEntry: string;
  readonly readerEntry: string;
}

/** `builtFolder`: where this program was built to (`out/main`). */
export function findFolders(builtFolder: string): Folders {
  const root = resolve(builtFolder, '..', '..');
  const state = process.env['NETLOOM_HOME'] ?? defaultStateFolder();
  return {
    stateFolder: state,
    projectFolder:
      process.env['NETLOOM_HOME'] === undefined
        ? join(homedir(), 'Netloom')
        : join(state, 'projects'),
    examplesFolder: join(root, 'resources', 'examples'),
    shippedFolder: join(root, 'resources', 'data'),
    rendererFolder: join(root, 'out', 'renderer'),
    engineEntry: join(builtFolder, 'engine.js'),
    exporterEntry: join(builtFolder, 'exporter.js'),
    readerEntry: join(builtFolder, 'reader.js'),
  };
}

function defaultStateFolder(): string {
  const home = homedir();
  if (process.platform === 'darwin') return join(home, 'Library', 'Application Support', 'Netloom');
  if (process.platform === 'win32') {
    return join(process.env['APPDATA'] ?? join(home, 'AppData', 'Roaming'), 'Netloom');
  }
  return join(process.env['XDG_DATA_HOME'] ?? join(home, '.local', 'share'), 'netloom');
}
