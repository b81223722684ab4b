/**
 * The page's half of being let in (engine/protocol/admission.ts): takes the code out of the address,
 * exchanges it for a secret, and keeps that for as long as the tab is there, reloads included.
 */
import { EXCHANGE_PATH, type ExchangeReply, LINK_MARK } from '#engine/protocol/admission.ts';

/** The server does not know this page. Trying again does not help; a new link does. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** What of the browser is needed here. */
export interface AdmissionHost {
  readonly location: Pick<Location, 'hash' | 'pathname' | 'search'>;
  readonly history: Pick<History, 'replaceState'>;
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  readonly fetch: typeof fetch;
}

export interface Admission {
  /** Throws RefusedError where there is none and none can be had. */
  secret(): Promise<string>;
  /** The server did not know the secret. */
  forget(): void;
}

const KEY = 'netloom.secret';

export function createAdmission({ location, history, storage, fetch }: AdmissionHost): Admission {
  /** Out of the address, not answered yet. */
  let code: string | null = null;

  /** The address goes into the history, and into what people copy: the code leaves it at once. */
  const takeCode = (): void => {
    if (!location.hash.startsWith(LINK_MARK)) return;
    code = location.hash.slice(LINK_MARK.length);
    history.replaceState(null, '', `${location.pathname}${location.search}`);
  };

  return {
    async secret() {
      takeCode();
      const kept = storage.getItem(KEY);
      if (code === null) {
        if (kept !== null) return kept;
        throw new RefusedError('The address of this window came without a link.');
      }
      const response = await fetch(EXCHANGE_PATH, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ code }),
      });
      // Any answer has used the code up, or will not become another one.
      code = null;
      if (response.ok) {
        const { secret } = (await response.json()) as ExchangeReply;
        storage.setItem(KEY, secret);
        return secret;
      }
      if (kept !== null) return kept;
      throw new RefusedError(
        response.status === 429
          ? 'Too many wrong links were tried here. Wait a minute, then use a new one.'
          : 'This link was used already, or is older than ten minutes.',
      );
    },
    forget: () => storage.removeItem(KEY),
  };
}
