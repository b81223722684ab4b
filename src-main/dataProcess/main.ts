/**
 * The program of the process that reads data. Files come from anywhere: what they do to it ends with it, and
 * whoever trains sees only what it has written.
 */
import { type ReaderCalls, type ReaderEvents, serve } from '#engine/protocol/index.ts';
import { writesCompiled } from '../compiled.ts';
import { parentTransport } from '../engineProcess/parentTransport.ts';
import { createDataReading } from './dataReading.ts';

// Ctrl+C in a terminal reaches the whole group; ending is the parent's decision.
process.on('SIGINT', () => undefined);

const reading = createDataReading((done, total) => server.emit('progress', { done, total }));
const server = serve<ReaderCalls, ReaderEvents>(parentTransport(writesCompiled()), reading);
