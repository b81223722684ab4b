/** The run that is seen under the curves of another one, by React context; none unless something provides it. */
import { createContext } from 'react';
import type { RunView } from '../state/runView.ts';

export const GhostContext = createContext<RunView | null>(null);
