/** Serves the built renderer under app://netloom: an origin of its own, with the server's strict policy. */
import { protocol } from 'electron';
import { CONTENT_SECURITY_POLICY, loadStaticFiles } from '../server/staticFiles.ts';

const SCHEME = 'app';
const HOST = 'netloom';
export const PAGE_ORIGIN = `${SCHEME}://${HOST}`;

/** Before the app is ready. */
export function declarePageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** After the app is ready. */
export function servePage(rendererFolder: string): void {
  const files = loadStaticFiles(rendererFolder);
  protocol.handle(SCHEME, (request) => {
    const { host, pathname } = new URL(request.url);
    const file = host === HOST ? files.get(pathname) : undefined;
    if (!file) return new Response('Not here.', { status: 404 });
    return new Response(Buffer.from(file.body), {
      headers: {
        'Content-Type': file.type,
        'Content-Security-Policy': CONTENT_SECURITY_POLICY,
        'X-Content-Type-Options': 'nosniff',
      },
    });
  });
}
