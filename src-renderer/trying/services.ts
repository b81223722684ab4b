/** What is tried, wired to the bridge. */
import { newId } from '../app/services.ts';
import { bridge } from '../bridge/index.ts';
import { createTrying } from './tryStore.ts';

export const trying = createTrying({ client: bridge, newId });
