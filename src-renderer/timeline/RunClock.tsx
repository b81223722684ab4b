/**
 * The run clock: one row with the recorded past of the run on show, its events, and a handle that takes the
 * canvas and every panel to a step. Looking back pauses nothing. Drawn on a canvas; only the handle and the
 * figures are elements.
 */
import { useEffect, useRef, type KeyboardEvent, type PointerEvent, type WheelEvent } from 'react';
import { useStore } from 'zustand';
import type { RunCheckpoint, RunSummary } from '#engine/protocol/run.ts';
import { isActive } from '#engine/protocol/runState.ts';
import { chartColors, runColor } from '../charts/colors.ts';
import { useCanvas, type Subscribe } from '../charts/useCanvas.ts';
import { runs, runStore, shownRun } from '../state/runs.ts';
import { checkpointFor } from '../state/beginnings.ts';
import { timeline } from '../state/timeline.ts';
import { branchAtClock, checkpointStore, readCheckpoints } from '../training/branch.ts';
import { currentEpoch } from '../training/controls.ts';
import { Icon } from '../ui/Icon.tsx';
import { Tooltip } from '../ui/Tooltip.tsx';
import { formatCount, formatEta, formatInteger } from '../ui/format.ts';
import { goFirst, goLive, lookAt, modelOf, moveBy, moveToEvent } from './clock.ts';
import { eventNear, stepAt, type ClockModel } from './clockModel.ts';
import { drawClock } from './drawClock.ts';
import './runClock.css';

const onSeries: Subscribe = (redraw) => runs.subscribeSeries(redraw);
/** Within so many px the handle snaps to an event, and the pointer names it. */
const REACH_PX = 5;

export function RunClock() {
  const run = useStore(runStore, shownRun);
  return run && run.progress.totalSteps > 0 ? <Clock run={run} /> : null;
}

function Clock({ run }: { readonly run: RunSummary }) {
  const step = useStore(timeline.store, (state) => state.step);
  const { progress } = run;
  const past = step !== 'live';
  const shown = past ? step : progress.step;
  const behind = progress.step - shown;
  return (
    <section className={past ? 'run-clock past' : 'run-clock'} aria-label="Run clock">
      <div className="clock-step">
        <b>Step {formatInteger(shown)}</b>
        <small>
          {past
            ? `${formatCount(behind, 'step')} ago`
            : `epoch ${formatInteger(currentEpoch(progress))} of ${formatInteger(progress.totalEpochs)}`}
        </small>
      </div>
      <Track run={run} shown={shown} />
      <small className="clock-left">
        {progress.state === 'running' && progress.etaMs !== null
          ? `${formatEta(progress.etaMs)} left`
          : progress.state === 'paused'
            ? 'paused'
            : ''}
      </small>
      {past && <BranchButton run={run} step={step} />}
      <LiveButton run={run} past={past} />
    </section>
  );
}

const NONE: readonly RunCheckpoint[] = [];

/** The next run begins with what was kept near the step shown. */
function BranchButton({ run, step }: { readonly run: RunSummary; readonly step: number }) {
  const { id, progress } = run;
  // A run that trains keeps another one every epoch or so.
  useEffect(() => void readCheckpoints(id), [id, progress.epoch]);
  const kept = useStore(checkpointStore, (known) => (known.run === id ? known.checkpoints : NONE));
  const point = checkpointFor(kept, step);
  if (!point) return null;
  const away = Math.abs(step - point.step);
  const where = away === 0 ? '' : point.step < step ? ' before this one' : ' after this one';
  return (
    <Tooltip
      side="top"
      text={`The next run begins with the checkpoint of step ${formatInteger(point.step)}${
        away === 0 ? '' : `, ${formatCount(away, 'step')}${where}`
      }: change what you like, then train`}
    >
      <button type="button" className="clock-branch" onClick={() => void branchAtClock()}>
        <Icon name="branch" size={12} />
        Branch from {formatInteger(point.step)}
      </button>
    </Tooltip>
  );
}

function LiveButton({ run, past }: { readonly run: RunSummary; readonly past: boolean }) {
  const active = isActive(run.progress.state);
  const word = active ? 'Live' : 'Latest';
  return (
    <Tooltip
      text={past ? 'Return to the newest step' : 'Everything shows the newest step'}
      side="top"
    >
      <button
        type="button"
        className={past ? 'clock-live' : 'clock-live on'}
        aria-pressed={!past}
        onClick={goLive}
      >
        {!past && active && <i aria-hidden="true" />}
        {word}
        {past && <span>{formatInteger(run.progress.step)}</span>}
      </button>
    </Tooltip>
  );
}

function Track({ run, shown }: { readonly run: RunSummary; readonly shown: number }) {
  const track = useRef<HTMLDivElement>(null);
  const model = (): ClockModel => modelOf(run);
  const canvas = useCanvas(
    (surface) => {
      const colors = chartColors();
      drawClock(surface, model(), colors, runColor(colors, run.colorSlot));
    },
    [onSeries],
  );
  const place = ({ clientX }: { readonly clientX: number }) => {
    const { left, width } = track.current?.getBoundingClientRect() ?? { left: 0, width: 1 };
    const now = model();
    const reach = (REACH_PX / Math.max(1, width)) * now.plannedSteps;
    return { now, reach, step: stepAt(now, (clientX - left) / Math.max(1, width)) };
  };
  const drag = (event: PointerEvent<HTMLElement>): void => {
    const { now, reach, step } = place(event);
    if (event.buttons === 1) lookAt(now, step, reach);
    const named = eventNear(now, step, reach);
    event.currentTarget.title = named ? `Step ${formatInteger(named.step)}: ${named.text}` : '';
  };
  const onPointerDown = (event: PointerEvent<HTMLElement>): void => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    drag(event);
  };
  const onWheel = ({ deltaX, deltaY }: WheelEvent): void => {
    const delta = Math.abs(deltaX) > Math.abs(deltaY) ? deltaX : deltaY;
    if (delta !== 0) moveBy(delta > 0 ? 1 : -1);
  };
  const planned = Math.max(1, run.progress.totalSteps, run.progress.step);
  return (
    <div
      ref={track}
      className="clock-track"
      role="slider"
      tabIndex={0}
      aria-label="Step shown"
      aria-valuemin={0}
      aria-valuemax={run.progress.step}
      aria-valuenow={shown}
      aria-valuetext={`step ${formatInteger(shown)} of ${formatInteger(run.progress.step)}`}
      onPointerDown={onPointerDown}
      onPointerMove={drag}
      onWheel={onWheel}
      onKeyDown={onKey}
    >
      <canvas ref={canvas.ref} className="chart-canvas" aria-hidden="true" />
      <i
        className="clock-handle"
        style={{ left: `${(shown / planned) * 100}%` }}
        aria-hidden="true"
      />
    </div>
  );
}

/** As on every slider; with Alt the commands' own keys do it from anywhere. */
function onKey(event: KeyboardEvent): void {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const { key, shiftKey } = event;
  if (key === 'ArrowLeft' || key === 'ArrowDown') (shiftKey ? moveToEvent : moveBy)(-1);
  else if (key === 'ArrowRight' || key === 'ArrowUp') (shiftKey ? moveToEvent : moveBy)(1);
  else if (key === 'Home') goFirst();
  else if (key === 'End') goLive();
  else return;
  event.preventDefault();
}
