/** The services as the command line and the server use them: a Node child as the engine, no dialogs. */
import { cpus } from 'node:os';
import { join } from 'node:path';
import { physicalCores } from '#engine/platform/node.ts';
import { compiledEnv } from '../compiled.ts';
import { createNodeStarter } from '../engineProcess/nodeStarter.ts';
import { findFolders, type Folders } from '../folders.ts';
import { DataAccessService } from '../services/dataAccess.ts';
import { DataReader, PREPARED_FOLDER } from '../services/dataReader.ts';
import { type AppServices, createServices } from '../services/index.ts';
import { note } from './output.ts';

export const VERSION = '0.1.0';

export interface NodeHost {
  readonly services: AppServices;
  readonly folders: Folders;
}

export const folders = (): Folders => findFolders(import.meta.dirname);
export const stateFolder = (): string => folders().stateFolder;

/** What reading data takes. */
export type DataHost = Pick<AppServices, 'dataAccess' | 'dataReader'>;

/** For commands that only read: no run store, no engine that trains. */
export async function withDataHost<T>(use: (host: DataHost) => Promise<T>): Promise<T> {
  const { stateFolder, readerEntry } = findFolders(import.meta.dirname);
  const dataReader = new DataReader({
    starter: createNodeStarter({ entry: readerEntry, onLog: note, env: compiledEnv() }),
    folder: join(stateFolder, PREPARED_FOLDER),
  });
  const isProject = (): Promise<boolean> => Promise.resolve(false);
  try {
    return await use({ dataAccess: new DataAccessService({ stateFolder, isProject }), dataReader });
  } finally {
    dataReader.close();
  }
}

export interface NodeHostOptions {
  /** Somebody uses the app while it trains: the engine gives way. */
  readonly background?: boolean;
}

export function createNodeHost({ background = false }: NodeHostOptions = {}): NodeHost {
  const folders = findFolders(import.meta.dirname);
  const children = { onLog: note, background, env: compiledEnv() };
  const services = createServices({
    ...folders,
    info: {
      version: VERSION,
      host: 'server',
      platform: `${process.platform}, ${cpus()[0]?.model ?? process.arch}`,
      cores: physicalCores(),
    },
    starter: createNodeStarter({ entry: folders.engineEntry, ...children }),
    readerStarter: createNodeStarter({ entry: folders.readerEntry, ...children }),
    exporterStarter: createNodeStarter({ entry: folders.exporterEntry, ...children }),
  });
  return { services, folders };
}
