/** What modules that several files of tests share must let go of after each of them. */
import { afterAll } from 'vitest';
import { removeTableFolder } from '../support/tableFolder.ts';

afterAll(removeTableFolder);
