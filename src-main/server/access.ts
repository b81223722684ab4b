/**
 * Who may talk to the server. A link holds a code that works once and for some minutes; it is exchanged
 * for a secret that one page keeps. Both only from the server's own address, which a page of another
 * site cannot forge: Host stops DNS rebinding, Origin other pages. Knows no sockets and no files.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** From the link's making to its use. */
const LINK_MS = 10 * 60_000;
/** More than windows anybody opens; the one used longest ago goes. */
const MAX_LINKS = 64;
const MAX_SECRETS = 256;
/** Wrong ones from one address in one window, after which none is looked at until the window ends. */
const MAX_WRONG = 30;
const WRONG_WINDOW_MS = 60_000;
const MAX_ADDRESSES = 1_000;

const random = (): string => randomBytes(24).toString('base64url');
/** Looked up by digest, so that how long a lookup takes says nothing about what is kept. */
const digest = (text: string): string => createHash('sha256').update(text).digest('base64');

export type Verdict = 'yes' | 'no' | 'wait';

export interface AccessOptions {
  /** Values of Host this server answers to; null where it is bound to the open network. */
  readonly hosts: ReadonlySet<string> | null;
  readonly now?: () => number;
}

export class Access {
  /** For who may read the owner's files: makes links. */
  readonly ownerKey = random();
  readonly #hosts: ReadonlySet<string> | null;
  readonly #now: () => number;
  /** Digest of the code -> when it expires. */
  readonly #links = new Map<string, number>();
  /** Digests; the one used last comes last. */
  readonly #secrets = new Set<string>();
  readonly #wrong = new Map<string, { readonly since: number; count: number }>();

  constructor({ hosts, now = Date.now }: AccessOptions) {
    this.#hosts = hosts;
    this.#now = now;
  }

  makeCode(): string {
    const code = random();
    this.#links.set(digest(code), this.#now() + LINK_MS);
    dropOldest(this.#links, MAX_LINKS);
    return code;
  }

  /** The secret for a code, which is used up by that. `address`: who asks. */
  exchange(code: string, address: string): { verdict: Verdict; secret?: string } {
    if (this.#mustWait(address)) return { verdict: 'wait' };
    const key = digest(code);
    const expires = this.#links.get(key);
    this.#links.delete(key);
    if (expires === undefined || expires < this.#now()) return this.#isWrong(address);
    const secret = random();
    this.#secrets.add(digest(secret));
    dropOldest(this.#secrets, MAX_SECRETS);
    return { verdict: 'yes', secret };
  }

  knows(secret: string, address: string): Verdict {
    if (this.#mustWait(address)) return 'wait';
    const key = digest(secret);
    if (!this.#secrets.delete(key)) return this.#isWrong(address).verdict;
    this.#secrets.add(key);
    return 'yes';
  }

  isOwner(key: string, address: string): Verdict {
    if (this.#mustWait(address)) return 'wait';
    const [given, wanted] = [Buffer.from(digest(key)), Buffer.from(digest(this.ownerKey))];
    return timingSafeEqual(given, wanted) ? 'yes' : this.#isWrong(address).verdict;
  }

  hostAllowed({ host }: IncomingHttpHeaders): boolean {
    return host !== undefined && (this.#hosts === null || this.#hosts.has(host));
  }

  /** A browser always sends it where it matters; who sends none is not the page that we gave out. */
  originAllowed({ host, origin }: IncomingHttpHeaders): boolean {
    // With https a proxy stands in between.
    return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
  }

  #mustWait(address: string): boolean {
    const wrong = this.#wrong.get(address);
    if (!wrong) return false;
    if (this.#now() - wrong.since <= WRONG_WINDOW_MS) return wrong.count >= MAX_WRONG;
    this.#wrong.delete(address);
    return false;
  }

  #isWrong(address: string): { verdict: 'no' } {
    const wrong = this.#wrong.get(address) ?? { since: this.#now(), count: 0 };
    wrong.count += 1;
    this.#wrong.set(address, wrong);
    dropOldest(this.#wrong, MAX_ADDRESSES);
    return { verdict: 'no' };
  }
}

function dropOldest(kept: Map<string, unknown> | Set<string>, limit: number): void {
  for (const key of kept.keys()) {
    if (kept.size <= limit) return;
    kept.delete(key);
  }
}
