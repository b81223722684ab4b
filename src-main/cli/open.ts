/** `netloom open`: another window of the server that runs, by a link of its own. */
import { inputError } from '#engine/ir/index.ts';
import { LINKS_PATH, type LinkReply } from '#engine/protocol/index.ts';
import { findFolders } from '../folders.ts';
import { findServers, type ServerRecord } from '../server/runningServers.ts';
import { openBrowser } from './openBrowser.ts';
import { EXIT, note, print, printJson } from './output.ts';

export interface OpenOptions {
  readonly port?: number;
  readonly print?: true;
  readonly json?: true;
}

const PATIENCE_MS = 5_000;
const WILDCARDS = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '[::1]'],
]);

export async function open(options: OpenOptions): Promise<number> {
  const { stateFolder } = findFolders(import.meta.dirname);
  const server = findServers(stateFolder).find(
    ({ port }) => options.port === undefined || port === options.port,
  );
  if (!server) {
    throw inputError(
      'server.none',
      'No server runs here. `npm start` or `netloom serve` starts one.',
    );
  }
  const { url } = await askForLink(server);
  if (options.json) printJson({ url, port: server.port });
  else print(url);
  if (options.json || options.print || process.env['NETLOOM_NO_BROWSER']) return EXIT.success;
  // The printed one stays good: what another command line shows may be seen by others.
  const { url: opened } = await askForLink(server);
  if (!(await openBrowser(opened))) {
    note('No browser could be started: open the address yourself. It works once.');
  }
  return EXIT.success;
}

async function askForLink({ host, port, ownerKey }: ServerRecord): Promise<LinkReply> {
  const name = WILDCARDS.get(host) ?? (host.includes(':') ? `[${host}]` : host);
  const response = await fetch(`http://${name}:${port}${LINKS_PATH}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${ownerKey}` },
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).catch((error: unknown) => error);
  if (response instanceof Response && response.ok) return (await response.json()) as LinkReply;
  const why = response instanceof Response ? await response.text() : String(response);
  throw inputError('server.no-answer', `The server at port ${port} gave no link: ${why}`);
}
