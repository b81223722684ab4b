/**
 * Try it: a sample of one's own in, what the chosen run answers out, beside the training samples that are nearest, and
 * cases that were kept. In one column beside the inspector; maximised or floating it stands in three.
 */
import { useEffect } from 'react';
import { useStore } from 'zustand';
import type { RunSummary } from '#engine/protocol/run.ts';
import { definePanel } from '../app/definePanel.ts';
import { useDocument } from '../state/documentSession.ts';
import { runStore } from '../state/runs.ts';
import { TrainButton } from '../training/TrainButton.tsx';
import { Answers } from './parts/Answers.tsx';
import { Cases } from './parts/Cases.tsx';
import { NearestSamples } from './parts/NearestSamples.tsx';
import { OwnInputForm } from './parts/OwnInputForm.tsx';
import { RunChoice } from './parts/RunChoice.tsx';
import { Written } from './parts/Written.tsx';
import { trying } from './services.ts';
import { onlyWrites } from './tryStore.ts';
import { useTriedRuns } from './useTriedRuns.ts';
import './try.css';

function TryPanel() {
  const runs = useTriedRuns();
  const shown = useStore(runStore, (state) => state.shownRunId);
  const name = useDocument((state) => state.document.name);
  const runId = useStore(trying.store, (state) => state.runId);
  const chosen = runs.find(({ id }) => id === runId) ?? null;
  const usual = runs.find(({ id }) => id === shown) ?? runs[0];
  const first = usual?.id ?? null;
  // The run on show is tried, until another one is chosen here.
  useEffect(() => trying.follow(first), [first]);
  const state = chosen?.progress.state ?? null;
  const isWaiting = useStore(trying.store, ({ subject }) => subject?.form.kind === 'none');
  const step = chosen && hasEnded(chosen) ? chosen.progress.step : null;
  // The first checkpoint comes with an epoch.
  const epoch = chosen && isWaiting ? chosen.progress.epoch : null;
  // New weights: what was put in is asked again.
  useEffect(() => void trying.again(), [state, step, epoch]);
  if (!usual) {
    return (
      <div className="empty">
        <p>{`Once ${name === '' ? 'this network' : name} was trained, you can try it here on samples of your own.`}</p>
        <TrainButton />
      </div>
    );
  }
  return <Tried runs={runs} />;
}

const hasEnded = ({ progress }: RunSummary): boolean =>
  progress.state !== 'running' && progress.state !== 'preparing';

function Tried({ runs }: { readonly runs: readonly RunSummary[] }) {
  const { subject, failure } = useStore(trying.store);
  const form = subject?.form;
  const isAsked = form !== undefined && form.kind !== 'none';
  return (
    <div className="try scroll" role="group" aria-label="Try it" tabIndex={0}>
      <div className="try-columns">
        <div className="try-in">
          <RunChoice runs={runs} />
          {failure && <p className="try-problem">{failure.message}</p>}
          {form?.kind === 'none' && <p className="try-none">{form.reason}</p>}
          {isAsked && <OwnInputForm form={form} />}
        </div>
        {form?.kind === 'text' && form.writes && <Written />}
        {isAsked && !onlyWrites(subject) && (
          <>
            <Answers />
            <NearestSamples />
            <Cases form={form} />
          </>
        )}
      </div>
    </div>
  );
}

export default definePanel({
  id: 'try',
  title: 'Try it',
  place: 'right',
  order: 20,
  Component: TryPanel,
});
