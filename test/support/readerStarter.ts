/** The built program that reads data, started as the app starts it. */
import { resolve } from 'node:path';
import { createNodeStarter } from '#main/engineProcess/nodeStarter.ts';

export const READER = resolve(import.meta.dirname, '..', '..', 'out', 'main', 'reader.js');

export const readerStarter = createNodeStarter({ entry: READER, onLog: () => undefined });
