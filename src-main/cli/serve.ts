/** `netloom serve`: the app for a browser, on loopback unless told otherwise. */
import { startServer } from '../server/server.ts';
import { createNodeHost } from './host.ts';
import { EXIT, note, print, printJson } from './output.ts';

export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly json?: true;
}

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1']);

export async function serve(options: ServeOptions): Promise<number> {
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
  if (options.json) printJson({ url: server.url, port: server.port });
  else print(`Netloom is at ${server.url}`);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await server.close();
  await services.close();
  return EXIT.success;
}
