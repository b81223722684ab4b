/**
 * Who may talk to the server: a random token, exchanged for a cookie, and only from the server's own
 * address (which a page of another site cannot forge: Host stops DNS rebinding, Origin other pages).
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const COOKIE = 'netloom';

export class Access {
  readonly token: string;
  readonly #hosts: ReadonlySet<string> | null;

  /** `hosts`: names this server answers to; null where it is bound to the open network. */
  constructor(hosts: ReadonlySet<string> | null, token = randomBytes(24).toString('base64url')) {
    this.token = token;
    this.#hosts = hosts;
  }

  cookie(): string {
    return `${COOKIE}=${this.token}; HttpOnly; SameSite=Strict; Path=/`;
  }

  matches(candidate: string | null | undefined): boolean {
    const [given, wanted] = [Buffer.from(candidate ?? ''), Buffer.from(this.token)];
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  }

  hasCookie(headers: IncomingHttpHeaders): boolean {
    const cookies = (headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
    const own = cookies.find((cookie) => cookie.startsWith(`${COOKIE}=`));
    return this.matches(own?.slice(COOKIE.length + 1));
  }

  hostAllowed(headers: IncomingHttpHeaders): boolean {
    if (headers.host === undefined) return false;
    return this.#hosts === null || this.#hosts.has(headers.host);
  }

  /** A browser always sends Origin with a WebSocket; it must be the page this server gave out. */
  originAllowed(headers: IncomingHttpHeaders): boolean {
    return headers.origin === undefined || headers.origin === `http://${headers.host ?? ''}`;
  }
}
