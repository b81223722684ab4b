/** What the sweep on show varies and how it searches; how it goes on; and the other sweeps there are. */
import { figureWords, shortName } from '#engine/runs/index.ts';
import type { SweepInfo } from '#engine/protocol/index.ts';
import {
  type Parameter,
  parameterText,
  stoppingRules,
  strategies,
  sweepResults,
  valueText,
  isOfFolds,
} from '#engine/search/index.ts';
import { openDialog } from '../app/appStore.ts';
import { bridge } from '../bridge/index.ts';
import { showView } from '../state/frontView.ts';
import { Button } from '../ui/Button.tsx';
import { FactList } from '../ui/FactList.tsx';
import { Icon } from '../ui/Icon.tsx';
import { formatCount, formatDuration, formatRate } from '../ui/format.ts';
import { howToGoOn } from './goingOn.ts';
import { showSweep, SWEEPS_VIEW } from './shownSweep.ts';
import { draftSubject } from './startSweep.ts';
import { told } from './told.ts';

export function SweepSide(props: {
  readonly sweep: SweepInfo | null;
  readonly all: readonly SweepInfo[];
}) {
  const { sweep, all } = props;
  return (
    <aside className="sweep-side panel" aria-label="Sweep">
      <nav className="sweep-tabs" aria-label="Runs or sweeps">
        <button type="button" onClick={() => showView('runs')}>
          Runs
        </button>
        <button type="button" aria-current="page" onClick={() => showView(SWEEPS_VIEW)}>
          Sweeps
        </button>
      </nav>
      <div className="sweep-side-scroll" tabIndex={0} role="group" aria-label="Set-up of the sweep">
        {sweep && <SetUp sweep={sweep} />}
      </div>
      {sweep && <Actions sweep={sweep} />}
      {all.length > 0 && (
        <section className="sweep-list">
          <h2>
            Sweeps<small>{all.length}</small>
          </h2>
          <ul>
            {all.map((each) => (
              <li key={each.id}>
                <button
                  type="button"
                  aria-current={each.id === sweep?.id ? 'true' : undefined}
                  onClick={() => showSweep(each.id)}
                >
                  <b className="ellipsis" title={each.plan.name}>
                    {each.plan.name}
                  </b>
                  <span className="num">{bestText(each)}</span>
                  <small className="ellipsis">{planWords(each)}</small>
                  <small>{STATES[each.state]}</small>
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </aside>
  );
}

export const STATES = { running: 'At work', paused: 'Paused', finished: 'Finished' } as const;

function bestText({ plan, trials }: SweepInfo): string {
  const value = sweepResults(plan, trials)[0]?.value ?? null;
  return value === null ? '' : figureWords(plan.monitor.key, value);
}

function planWords(sweep: SweepInfo): string {
  const { plan, trials } = sweep;
  const method = strategies.get(plan.strategy)?.label ?? plan.strategy;
  const seeds = plan.seeds > 1 ? `, ${plan.seeds} ${isOfFolds(trials) ? 'folds' : 'seeds'}` : '';
  return `${method}, ${formatCount(trials.length, 'trial')}${seeds}`;
}

function SetUp({ sweep }: { readonly sweep: SweepInfo }) {
  const { plan } = sweep;
  const { space, strategy, stopping, seeds, minutes, monitor } = plan;
  const hasFolds = isOfFolds(sweep.trials);
  const facts = [
    ['Method', strategies.get(strategy)?.label ?? strategy],
    ['Settings', `${plan.trials} at most`],
    [hasFolds ? 'Folds' : 'Seeds', String(seeds)],
    [monitor.better === 'higher' ? 'Maximise' : 'Minimise', `validation ${monitor.key}`],
    ['Stop early', stopping === null ? 'Never' : (stoppingRules.get(stopping)?.label ?? stopping)],
    ['At most', minutes === null ? 'Any time' : `${minutes} min`],
    ['Took', formatDuration(sweep.elapsedMs)],
  ] as const;
  return (
    <>
      <h2 className="sweep-name">
        <span className="ellipsis" title={plan.name}>
          {plan.name}
        </span>
        <small>{formatCount(sweep.trials.length, 'trial')}</small>
      </h2>
      <h3>What varies</h3>
      {space.length === 0 && (
        <p className="t2 sweep-varied">
          {hasFolds ? 'Only the fold that is kept back, and the seed.' : 'Only the seed.'}
        </p>
      )}
      {space.map((parameter) => (
        <Varied key={parameter.name} parameter={parameter} />
      ))}
      <FactList facts={facts} />
    </>
  );
}

/** Always in sight, however much varies. */
function Actions({ sweep }: { readonly sweep: SweepInfo }) {
  const { space, strategy, stopping, seeds, minutes, trials } = sweep.plan;
  const next = howToGoOn(sweep);
  return (
    <>
      <div className="sweep-actions">
        {sweep.state === 'running' && (
          <Button onClick={() => told(bridge.call('sweeps.pause', { sweepId: sweep.id }))}>
            Pause
          </Button>
        )}
        {next && (
          <Button
            onClick={() => told(bridge.call('sweeps.resume', { sweepId: sweep.id, ...next.more }))}
          >
            {next.label}
          </Button>
        )}
        <Button
          onClick={() =>
            openDialog(
              'sweep',
              draftSubject({
                texts: space.map(parameterText),
                ...{ strategy, stopping, seeds, minutes, trials },
              }),
            )
          }
        >
          Copy set-up
        </Button>
      </div>
      {next?.estimate !== undefined && <p className="t3 sweep-estimate">{next.estimate}</p>}
    </>
  );
}

function Varied({ parameter }: { readonly parameter: Parameter }) {
  const names = parameter.paths.map(shortName);
  return (
    <div className="sweep-varied">
      <span className="mono sweep-path" title={parameter.name}>
        <Icon name="sweep" size={12} />
        <span className="ellipsis">{names.join(', ')}</span>
      </span>
      <span className="sweep-values">
        {parameter.kind === 'choice' ? (
          parameter.values.map((value) => (
            <span key={JSON.stringify(value)} className="sweep-value">
              {valueText({ value }, 'value')}
            </span>
          ))
        ) : (
          <>
            <span className="sweep-value">{formatRate(parameter.low)}</span> to
            <span className="sweep-value">{formatRate(parameter.high)}</span>
            {parameter.log && 'by order of magnitude'}
            {parameter.step !== undefined && `every ${parameter.step}`}
          </>
        )}
        {names.length > 1 && <span className="t3">same in all</span>}
      </span>
    </div>
  );
}
