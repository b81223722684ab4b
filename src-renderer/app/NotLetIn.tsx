/** In place of the app, where the server does not let this window in: why, and how to get one that is. */
import { useStore } from 'zustand';
import { connectionStore } from '../bridge/index.ts';
import './NotLetIn.css';

/** Run in Netloom's folder. */
export const OPEN_COMMAND = 'npm run -s netloom -- open';

/** Whether this window has never been let in. One that has been keeps what is in it. */
export function useNotLetIn(): boolean {
  return useStore(
    connectionStore,
    ({ state, generation }) => state === 'refused' && generation === 0,
  );
}

export function NotLetIn() {
  const reason = useStore(connectionStore, (connection) => connection.reason);
  return (
    <main className="not-let-in" role="alert">
      <h1>This window needs a link of its own</h1>
      <p>{reason}</p>
      <p>
        Each link opens one window, once, so that nobody else on this machine or network can use
        Netloom. For another window, run this in Netloom&apos;s folder, on the machine on which it
        runs:
      </p>
      <pre>{OPEN_COMMAND}</pre>
    </main>
  );
}
