/** In the details of a run: where it came from and what came of it, and the checkpoints one can go on from. */
import { useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import type { RunCheckpoint, RunRow } from '#engine/protocol/index.ts';
import { isActive } from '#engine/protocol/runState.ts';
import { bridge } from '../bridge/index.ts';
import { runList } from '../state/runList.ts';
import { Button } from '../ui/Button.tsx';
import { formatBytes, formatInteger } from '../ui/format.ts';
import { Section } from '../ui/Section.tsx';
import { branchRun, trainRunOn } from './branchRun.ts';
import { cursorStore } from './cursor.ts';
import { lineageOf } from './lineage.ts';
import { RunDot } from './RunCells.tsx';
import './RunPast.css';

export function Lineage({ run }: { readonly run: RunRow }) {
  const byId = useStore(runList.store, (list) => list.byId);
  const family = useMemo(() => lineageOf(run, byId), [run, byId]);
  if (family.length === 1) return null;
  return (
    <Section id="run.lineage" title="Lineage" fact={formatInteger(family.length)}>
      <ul className="run-lineage">
        {family.map(({ run: each, depth, step, trainedOn }) => (
          <li
            key={each?.id ?? 'gone'}
            className={depth > 0 ? 'child' : undefined}
            style={{ marginLeft: Math.max(0, depth - 1) * 12 }}
          >
            {each === null ? (
              <span className="t3">A run that is gone</span>
            ) : (
              <button
                type="button"
                aria-current={each.id === run.id}
                onClick={() => cursorStore.setState({ at: each.id, anchor: null })}
              >
                <RunDot slot={each.colorSlot} />
                <span className="ellipsis">{each.name}</span>
              </button>
            )}
            {step !== null && (
              <small className="t3">
                {trainedOn ? 'on from' : 'from'} {formatInteger(step)}
              </small>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** The last one is at first one of the kept, too: the same file under two names. */
const withoutTwins = (all: readonly RunCheckpoint[]): readonly RunCheckpoint[] =>
  all.filter(
    ({ which, step }) =>
      which !== 'kept' || !all.some((each) => each.which === 'last' && each.step === step),
  );

export function Checkpoints({ run }: { readonly run: RunRow }) {
  const { id, progress, sizeBytes } = run;
  const [checkpoints, setCheckpoints] = useState<readonly RunCheckpoint[]>([]);
  useEffect(() => {
    let isWanted = true;
    bridge.call('runs.checkpoints', { runId: id }).then(
      (found) => isWanted && setCheckpoints(withoutTwins(found)),
      () => undefined,
    );
    return () => {
      isWanted = false;
    };
    // Thinned, or another was kept.
  }, [id, progress.epoch, progress.state, sizeBytes]);
  if (checkpoints.length === 0) return null;
  return (
    <Section id="run.checkpoints" title="Checkpoints" fact={formatInteger(checkpoints.length)}>
      <ul className="run-checkpoints" aria-label="Checkpoints">
        {checkpoints.map((each) => (
          <li key={`${each.which}-${each.step}`}>
            <span>
              Step {formatInteger(each.step)}
              <small className="t3">
                {each.which === 'kept' ? '' : `${each.which}, `}
                {formatBytes(each.sizeBytes)}
              </small>
            </span>
            <Button
              small
              variant="quiet"
              aria-label={`Branch from step ${each.step}`}
              title="A new run begins with these weights: change what you like, then train"
              onClick={() => void branchRun(run, each.step)}
            >
              Branch
            </Button>
            {each.isWhole && !isActive(progress.state) && (
              <Button
                small
                variant="quiet"
                aria-label={`Train on from step ${each.step}`}
                title="More epochs, with the optimiser's state as it was then"
                onClick={() => void trainRunOn(run, each.step)}
              >
                Train on
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
