/**
 * The file that the dialog stands on: made anew, run and compared whenever something of it is chosen otherwise. A
 * file that nobody took is let go of.
 */
import { useEffect, useState } from 'react';
import { errorMessage } from '#engine/ir/errors.ts';
import type { AppCalls, InputOf, PreparedExport } from '#engine/protocol/index.ts';
import { RemoteError } from '#engine/protocol/rpc.ts';
import { bridge } from '../bridge/index.ts';

export type ExportWish = InputOf<AppCalls, 'exports.prepare'>;

export type ExportState =
  | { readonly kind: 'busy' }
  | { readonly kind: 'ready'; readonly prepared: PreparedExport }
  | { readonly kind: 'failed'; readonly message: string };

/** Choices come one after the other, numbers by the key: only what is left standing is made. */
const SETTLED_MS = 300;

/** Null: nothing is asked for yet. */
export function usePreparedExport(wish: ExportWish | null): ExportState {
  const [state, setState] = useState<ExportState>({ kind: 'busy' });
  const key = wish && JSON.stringify(wish);
  useEffect(() => {
    if (key === null) return undefined;
    let isWanted = true;
    let made: PreparedExport | null = null;
    setState({ kind: 'busy' });
    const timer = setTimeout(() => {
      // Its own text: what was made is what was asked for then.
      bridge.call('exports.prepare', JSON.parse(key) as ExportWish).then(
        (prepared) => {
          made = prepared;
          if (isWanted) setState({ kind: 'ready', prepared });
          else letGo(prepared);
        },
        (error: unknown) => {
          const isNewer = error instanceof RemoteError && error.code === 'export.superseded';
          if (isWanted && !isNewer) setState({ kind: 'failed', message: errorMessage(error) });
        },
      );
    }, SETTLED_MS);
    return () => {
      isWanted = false;
      clearTimeout(timer);
      if (made) letGo(made);
    };
  }, [key]);
  return state;
}

function letGo({ file }: PreparedExport): void {
  // Whoever closes meanwhile takes it along anyway.
  bridge.call('downloads.drop', { id: file.id }).catch(() => undefined);
}
