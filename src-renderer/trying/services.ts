/** What is tried, wired to the bridge. */
import { newId } from '../app/services.ts';
import { bridge } from '../bridge/index.ts';
import { createTrying } from './tryStore.ts';
import { createWriter } from './writeStore.ts';

export const writer = createWriter(bridge);
export const trying = createTrying({ client: bridge, newId });
