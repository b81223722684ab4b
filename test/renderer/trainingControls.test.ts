import { describe, expect, it } from 'vitest';
import type { RunProgress } from '#engine/protocol/run.ts';
import type { RunState } from '#engine/protocol/runState.ts';
import { currentEpoch, progressShare, trainingControls } from '#renderer/training/controls.ts';

const controls = (state: RunState | null, extra = {}) =>
  trainingControls({
    state,
    sameNetwork: true,
    hasCheckpoint: false,
    pending: null,
    errors: 0,
    connected: true,
    ...extra,
  });

describe('training controls', () => {
  it.each([
    [null, 'start', 'Train', true, false],
    ['preparing', 'pause', 'Preparing', false, true],
    ['running', 'pause', 'Pause', true, true],
    ['paused', 'resume', 'Resume', true, true],
    ['finished', 'start', 'Train again', true, false],
    ['stopped', 'start', 'Train again', true, false],
    ['failed', 'start', 'Train again', true, false],
    ['interrupted', 'start', 'Train again', true, false],
  ] as const)('%s', (state, action, label, enabled, stoppable) => {
    const { primary, stop, locked } = controls(state);
    expect(primary).toMatchObject({ action, label, enabled });
    expect(stop.enabled).toBe(stoppable);
    expect(locked).toBe(stoppable);
  });

  it('stops what is being prepared, although its start has not been answered', () => {
    expect(controls('preparing', { pending: 'start' }).stop.enabled).toBe(true);
    expect(controls('preparing', { pending: 'stop' }).stop.enabled).toBe(false);
    expect(controls(null, { pending: 'start' }).stop.enabled).toBe(false);
    expect(controls('preparing', { pending: 'start', connected: false }).stop.enabled).toBe(false);
  });

  it('steps from a pause, or begins a run with single steps', () => {
    expect(controls('paused').step.enabled).toBe(true);
    expect(controls(null).step.enabled).toBe(true);
    expect(controls('running').step).toMatchObject({
      enabled: false,
      reason: 'Pause to go step by step.',
    });
  });

  it('offers the checkpoint after an interruption, and training anew beside it', () => {
    const { primary, secondary } = controls('interrupted', { hasCheckpoint: true });
    expect(primary).toMatchObject({ action: 'recover', label: 'Resume from checkpoint' });
    expect(secondary).toMatchObject({ action: 'start', label: 'Train again' });
    expect(controls('stopped', { hasCheckpoint: true }).secondary).toMatchObject({
      action: 'recover',
    });
  });

  it('leaves a result on show: it trains on from there, or says that it begins again', () => {
    const finished = { hasCheckpoint: true };
    const { primary, secondary, step } = controls('finished', finished);
    expect(primary).toMatchObject({ action: 'start', label: 'Train again' });
    expect(secondary).toMatchObject({ action: 'trainOn', label: 'Train on', enabled: true });
    expect(step).toMatchObject({
      enabled: false,
      reason: 'This run has finished: train on from here, or again from the beginning.',
    });
    for (const state of ['stopped', 'failed', 'interrupted'] as const) {
      expect(controls(state, finished).step.enabled).toBe(false);
    }
    expect(controls('finished', { ...finished, sameNetwork: false }).secondary).toMatchObject({
      enabled: false,
      reason: 'The network is no longer the one that was trained.',
    });
    expect(controls('finished').secondary).toBeNull();
  });

  it('says why it cannot train', () => {
    expect(controls(null, { errors: 2 }).primary).toMatchObject({
      enabled: false,
      reason: 'The network has errors.',
    });
    expect(controls('running', { errors: 2 }).primary.enabled).toBe(true);
    expect(controls('running', { connected: false }).primary.enabled).toBe(false);
  });

  it('is busy while an answer is awaited', () => {
    const { primary, stop } = controls('running', { pending: 'pause' });
    expect(primary).toMatchObject({ label: 'Pausing', enabled: false });
    expect(stop.enabled).toBe(false);
    expect(controls('paused', { pending: 'step' }).primary.label).toBe('Resume');
  });
});

describe('progress', () => {
  const progress: RunProgress = {
    state: 'running',
    step: 1412,
    totalSteps: 2150,
    epoch: 3,
    totalEpochs: 5,
    stepsPerEpoch: 430,
    elapsedMs: 1,
    samplesPerSecond: 1,
    etaMs: null,
  };
  it('counts epochs from one and not beyond the last', () => {
    expect(currentEpoch(progress)).toBe(4);
    expect(currentEpoch({ ...progress, epoch: 5 })).toBe(5);
  });
  it('has a share even of nothing', () => {
    expect(progressShare(progress)).toBeCloseTo(1412 / 2150);
    expect(progressShare({ ...progress, totalSteps: 0 })).toBe(0);
  });
});
