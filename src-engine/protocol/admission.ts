/**
 * How a page is let in by the server it came from: the address carries a code that works once, the page
 * exchanges it for a secret of its own, and the secret is the first message on its socket. Before the
 * answer to that nothing else crosses. Not needed in the desktop app, whose page has a pipe.
 */

/** In an address: `http://127.0.0.1:8000/#link-CODE`. Not a part that browsers send to a server. */
export const LINK_MARK = '#link-';
/** POST `{code}` answers `{secret}`: ExchangeReply. */
export const EXCHANGE_PATH = '/session';
/** POST with the key of the server's owner answers `{url}`, a new link. */
export const LINKS_PATH = '/links';
export const SOCKET_PATH = '/rpc';

export interface ExchangeReply {
  readonly secret: string;
}
export interface LinkReply {
  readonly url: string;
}

/** The first message up, as text; the first one down, as text, is WELCOME. */
export interface Hello {
  readonly secret: string;
}
export const WELCOME = 'welcome';
/** The socket's end where the secret is none of this server's. */
export const REFUSED_CODE = 4401;
/** Too many wrong ones lately: a right one is not looked at either. */
export const WAIT_CODE = 4429;
