/** `netloom serve`: the app for a browser, on loopback unless told otherwise. */
import { watchIdle } from '../server/idle.ts';
import { announceServer } from '../server/runningServers.ts';
import { isLoopback, type RunningServer, startServer } from '../server/server.ts';
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
  services.queue.begin({ adopt: true });
  const takeBack = announce(folders.stateFolder, options.host, server);
  if (!isLoopback(options.host)) {
    note(
      `Listening on ${options.host}: whoever gets a link can use this machine, and who can listen in ` +
        'on the network can see what is sent. An ssh tunnel to a server on loopback is safer.',
    );
  }
  for (const problem of services.runs.refusal?.problems ?? []) {
    note(`Runs can be looked at, not recorded. ${problemLine(problem)}`);
  }
  const url = server.makeLink();
  if (options.json) printJson({ url, port: server.port });
  else {
    print(`Netloom is at ${url}`);
    print('It works once, within ten minutes; `npm run -s netloom -- open` opens another window.');
  }
  // Its own link: what is on another command line may be seen by other users.
  if (options.open && !(await openBrowser(server.makeLink()))) {
    note('No browser could be started: open the address yourself.');
  }
  await Promise.race([ended, unused(options, server.pages, services)]);
  takeBack();
  await server.close();
  await services.close();
  return EXIT.success;
}

/** Without a place to leave word the server serves all the same. */
function announce(stateFolder: string, host: string, server: RunningServer): () => void {
  const { port, ownerKey } = server;
  try {
    return announceServer(stateFolder, { host, port, ownerKey });
  } catch (error) {
    note(`\`netloom open\` will not find this server: ${String(error)}`);
    return () => undefined;
  }
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

/**
 * What waits in the queue or is left of a sweep counts as training. A paused run waits for somebody, and nobody is here: it is kept
 * and can be resumed another time.
 */
function isTraining({ queue, sweeps, training, runs }: AppServices): boolean {
  if (queue.isBusy) return true;
  const { activeRunIds } = training;
  if (activeRunIds.length === 0) return sweeps.isBusy;
  return activeRunIds.some((runId) => runs.summary(runId).progress.state !== 'paused');
}
