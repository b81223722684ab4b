/**
 * Who may talk to the server: a random token, exchanged for a cookie, and only from the server's own
 * address (which a page of another site cannot forge: Host stops DNS rebinding, Origin other pages).
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export class Access {
  readonly token = randomBytes(24).toString('base64url');
  /** Cookies do not tell ports apart: each server on this machine needs a name of its own. */
  readonly #cookie: string;
  readonly #hosts: ReadonlySet<string> | null;

  /** `hosts`: names this server answers to; null where it is bound to the open network. */
  constructor(port: number, hosts: ReadonlySet<string> | null) {
    this.#cookie = `netloom-${port}`;
    this.#hosts = hosts;
  }

  cookie(): string {
    return `${this.#cookie}=${this.token}; HttpOnly; SameSite=Strict; Path=/`;
  }

  matches(candidate: string | null | undefined): boolean {
    const [given, wanted] = [Buffer.from(candidate ?? ''), Buffer.from(this.token)];
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  }

  hasCookie(headers: IncomingHttpHeaders): boolean {
    const cookies = (headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
    const start = `${this.#cookie}=`;
    return cookies.some(
      (cookie) => cookie.startsWith(start) && this.matches(cookie.slice(start.length)),
    );
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
