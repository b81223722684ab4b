/** How far the run is, or why there is none: the right part of the training bar. */
import { useStore } from 'zustand';
import { own } from '#engine/ir/record.ts';
import { headline, metricName } from '#engine/metrics/names.ts';
import type { RunSummary } from '#engine/protocol/run.ts';
import { formatY } from '../charts/curveOption.ts';
import { differenceText } from '../state/runDifferences.ts';
import { barRun, runs, runStore } from '../state/runs.ts';
import { useRunDifferences } from '../state/useRunDifferences.ts';
import { selectNode } from '../state/selectNode.ts';
import { useIsBarRunOfDocument } from '../state/runOfDocument.ts';
import { showPanel } from '../docking/moves.ts';
import { Icon } from '../ui/Icon.tsx';
import {
  formatCount,
  formatDuration,
  formatEta,
  formatInteger,
  formatThroughput,
} from '../ui/format.ts';
import { currentEpoch, progressShare } from './controls.ts';
import { useControls } from './useControls.ts';
import '../dock/tools.css';
import './Progress.css';

export function Progress() {
  const run = useStore(runStore, barRun);
  const failure = useStore(runStore, (state) => state.failure);
  const { errors, locked } = useControls();
  if (errors > 0 && !locked) return <Errors count={errors} />;
  if (failure) return <Note tone="danger" text={failure.message} />;
  if (!run) return <Note tone="plain" text="Not trained yet" />;
  switch (run.progress.state) {
    case 'preparing':
    case 'running':
    case 'paused':
      return <Running run={run} />;
    case 'finished':
    case 'stopped':
      return <Ended run={run} />;
    case 'imported':
      return <Note tone="plain" text={run.progress.reason ?? 'Imported weights'} />;
    case 'interrupted':
    case 'failed':
      return <Broken run={run} />;
  }
}

function Note(props: {
  readonly tone: 'plain' | 'warn' | 'danger';
  readonly text: string;
  /** What to do about it. */
  readonly advice?: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}) {
  return (
    <div className={`training-note ${props.tone}`} role="status">
      {props.tone !== 'plain' && (
        <Icon name={props.tone === 'danger' ? 'error' : 'warning'} size={14} />
      )}
      <span className="training-told" title={`${props.text} ${props.advice ?? ''}`.trim()}>
        <span className="ellipsis">{props.text}</span>
        {props.advice !== undefined && <span className="ellipsis advice">{props.advice}</span>}
      </span>
      {props.action && (
        <button type="button" className="tool-button" onClick={props.action.run}>
          {props.action.label}
        </button>
      )}
    </div>
  );
}

function Errors({ count }: { readonly count: number }) {
  return (
    <button
      type="button"
      className="training-note danger link"
      onClick={() => showPanel('problems')}
    >
      <Icon name="error" size={14} />
      Fix {formatCount(count, 'error')} to train
    </button>
  );
}

function Bar({ run }: { readonly run: RunSummary }) {
  const share = progressShare(run.progress);
  return (
    <div
      className="training-progress"
      role="progressbar"
      aria-label="Training progress"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
    >
      <i style={{ transform: `scaleX(${share})` }} />
    </div>
  );
}

function Running({ run }: { readonly run: RunSummary }) {
  const { progress } = run;
  const { state, step, totalSteps, totalEpochs, etaMs, samplesPerSecond } = progress;
  const ours = useIsBarRunOfDocument();
  const where = `Epoch ${formatInteger(currentEpoch(progress))} of ${formatInteger(totalEpochs)}`;
  const whose = run.elsewhere ? 'In another program: ' : ours ? '' : `${run.projectName}: `;
  const head = `${whose}${state === 'preparing' ? 'Preparing' : where}`;
  return (
    <div className="training-run">
      <div className="training-line">
        <span className="training-where">
          <b>{head}</b>
          {state !== 'preparing' && (
            <span>
              step {formatInteger(step)} of {formatInteger(totalSteps)}
            </span>
          )}
        </span>
        <span>
          {state === 'paused' && 'paused'}
          {!ours && state === 'running' && etaMs !== null && `${formatEta(etaMs)} left`}
          {state === 'running' && samplesPerSecond > 0 && (
            <span className="wide-only">&ensp;{formatThroughput(samplesPerSecond)}</span>
          )}
        </span>
      </div>
      {/* Of the run on show the clock is the only bar. */}
      {!ours && <Bar run={run} />}
    </div>
  );
}

function Ended({ run }: { readonly run: RunSummary }) {
  const { progress } = run;
  const outcome = run.last?.validation ?? run.last?.train;
  // As the curves call them; the whole words would crowd out how long it took.
  const [name, ofWhat] = run.last?.validation ? ['val', 'validation'] : ['train', 'training'];
  const figure = outcome ? headline(outcome.values) : null;
  const differences = useRunDifferences();
  const state = progress.state === 'finished' ? 'Finished' : 'Stopped';
  const head = runs.wasWatched(run.id) ? state : 'Last run';
  const took = `${formatCount(progress.step, 'step')} in ${formatDuration(progress.elapsedMs)}`;
  return (
    <div className="training-run">
      <div className="training-line ended">
        <b>{head}</b>
        <span
          className="training-took"
          title={`${took}. ${run.name}, ${new Date(run.createdAt).toLocaleString()}`}
        >
          {took}
          {progress.reason !== undefined && (
            <span title={progress.reason}>: {progress.reason}</span>
          )}
          {differences.length > 0 && (
            <em title={`Of the run: ${differences.map(differenceText).join('; ')}`}>
              , {formatCount(differences.length, 'edit')} since
            </em>
          )}
        </span>
        {outcome && figure !== null && (
          <span
            className="training-figure"
            title={`${metricName(figure).label} of the ${ofWhat} samples`}
          >
            {name} <b>{formatY(own(outcome.values, figure) ?? NaN, figure, true)}</b>
          </span>
        )}
      </div>
    </div>
  );
}

/** Says where it went wrong; the node is one press away. */
function Broken({ run }: { readonly run: RunSummary }) {
  const { state, step, reason, problem } = run.progress;
  const what = state === 'failed' ? 'Failed' : 'Interrupted';
  const why = problem?.message ?? reason;
  const text = `${what} at step ${formatInteger(step)}${why === undefined ? '' : `: ${why}`}`;
  const node = problem?.node;
  return (
    <Note
      tone={state === 'failed' ? 'danger' : 'warn'}
      text={text}
      {...(problem?.explanation === undefined ? {} : { advice: problem.explanation })}
      {...(node === undefined
        ? {}
        : {
            action: {
              label: `Show ${node}`,
              run: () => selectNode(node),
            },
          })}
    />
  );
}
