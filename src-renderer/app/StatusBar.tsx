/** One line about the whole: problems, size, cost; what the hand is doing; what computes. */
import type { ComponentType } from 'react';
import { useStore } from 'zustand';
import { useCanvasState } from '../canvas/useCanvasState.ts';
import { useDocument } from '../state/documentSession.ts';
import { runStore, shownRun } from '../state/runs.ts';
import { countProblems } from '../state/runProblems.ts';
import { useRunProblems } from '../state/useRunProblems.ts';
import { showPanel } from '../docking/moves.ts';
import { QueueStatus } from '../queue/QueueStatus.tsx';
import { deviceText } from '../training/dataAndDevice.ts';
import { formatCount, formatFlops, formatInteger } from '../ui/format.ts';
import { Icon } from '../ui/Icon.tsx';
import { files } from './services.ts';
import './StatusBar.css';

/** `Status` is the view's own, where it has one. */
export function StatusBar({ Status }: { readonly Status?: ComponentType | undefined }) {
  if (!Status) return <DocumentStatus />;
  return (
    <footer className="status">
      <Status />
      <QueueStatus />
      <Device />
    </footer>
  );
}

function DocumentStatus() {
  const analysis = useDocument((state) => state.analysis);
  const nodes = useDocument((state) => state.document.nodes.length);
  const hint = useCanvasState((state) => state.hint);
  return (
    <footer className="status">
      <Problems />
      <span>
        <b>{formatInteger(nodes)}</b> {nodes === 1 ? 'node' : 'nodes'}
      </span>
      <span>
        <b>{formatInteger(analysis.parameterCount)}</b>{' '}
        {analysis.parameterCount === 1 ? 'parameter' : 'parameters'}
      </span>
      {analysis.flopsPerSample > 0 && (
        <span className="optional">
          <b>{formatFlops(analysis.flopsPerSample)}</b> per sample forward
        </span>
      )}
      <span className="grow" />
      <span role="status" aria-live="polite">
        {hint}
      </span>
      <QueueStatus />
      <Device />
    </footer>
  );
}

function Problems() {
  const analysis = useDocument((state) => state.analysis);
  const { error, warning } = countProblems(analysis, useRunProblems());
  const open = (): void => showPanel('problems');
  if (error === 0 && warning === 0) {
    return (
      <span>
        <Icon name="check" size={12} />
        No problems
      </span>
    );
  }
  return (
    <button type="button" onClick={open} title="Show the problems">
      {error > 0 && (
        <span className="danger">
          <Icon name="error" size={12} />
          {formatCount(error, 'error')}
        </span>
      )}
      {warning > 0 && (
        <span className="warn">
          <Icon name="warning" size={12} />
          {formatCount(warning, 'warning')}
        </span>
      )}
    </button>
  );
}

function Device() {
  const run = useStore(runStore, (runs) => {
    const shown = shownRun(runs);
    return shown ? deviceText(shown) : null;
  });
  const info = useStore(files.store, (state) => state.info);
  const text = run ?? (info ? formatCount(info.cores, 'core') : null);
  if (text === null) return null;
  return (
    <span>
      <Icon name="cpu" size={12} />
      {text}
    </span>
  );
}
