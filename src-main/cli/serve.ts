/** `netloom serve`: the app for a browser, on loopback unless told otherwise. */
import { watchIdle } from '../server/idle.ts';
import { startServer } from '../server/server.ts';
import type { AppServices } from '../services/index.ts';
import { createNodeHost } from './host.ts';
import { openBrowser } from './openBrowser.ts';
import { EXIT, note, outlivesItsReader, print, printJson, problemLine } from './output.ts';

export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly json?: true;
  readonly open?: true;
  /** End this long after the last page has closed. */
  readonly idleSeconds?: number;
  /** Standard input is a pipe that whoever started us holds: end when it closes. */
  readonly untilInputEnds?: true;
}

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1']);
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export async function serve(options: ServeOptions): Promise<number> {
  outlivesItsReader();
  // From here on, so that whoever starts us and thinks better of it at once finds us listening.
  const ended = askedToEnd(options);
  const { services, folders } = createNodeHost({ background: true });
  const server = await startServer({
    ...options,
    services,
    rendererFolder: folders.rendererFolder,
  });
  if (!LOOPBACK.has(options.host)) {
    note(
      `Listening on ${options.host}: anyone with the address and its token can use this machine.`,
    );
  }
  for (const problem of services.runs.refusal?.problems ?? []) {
    note(`Runs can be looked at, not recorded. ${problemLine(problem)}`);
  }
  if (options.json) printJson({ url: server.url, port: server.port });
  else print(`Netloom is at ${server.url}`);
  if (options.open && !(await openBrowser(server.url))) {
    note('No browser could be started: open the address yourself.');
  }
  await Promise.race([ended, unused(options, server.pages, services)]);
  await server.close();
  await services.close();
  return EXIT.success;
}

/** Resolves when a signal comes or whoever started us is gone. */
function askedToEnd({ untilInputEnds }: ServeOptions): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of SIGNALS) process.once(signal, () => resolve());
    if (untilInputEnds) process.stdin.on('close', () => resolve()).resume();
  });
}

/** Resolves when nobody looks and nothing trains any more, where that is to be the end. */
function unused(
  { idleSeconds }: ServeOptions,
  pages: () => number,
  services: AppServices,
): Promise<void> {
  return new Promise((resolve) => {
    if (idleSeconds === undefined) return;
    watchIdle({
      pages,
      busy: () => isTraining(services),
      idleMs: idleSeconds * 1000,
      onIdle: () => {
        note(`No page is open and nothing trains since ${idleSeconds} s: Netloom ends.`);
        resolve();
      },
    });
  });
}

/** A paused run waits for somebody, and nobody is here: it is kept and can be resumed another time. */
function isTraining({ training, runs }: AppServices): boolean {
  const { activeRunId } = training;
  return activeRunId !== null && runs.summary(activeRunId).progress.state !== 'paused';
}
