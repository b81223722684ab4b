/**
 * What came of a sweep, live while it is at work: a page within Runs. Its trials as a table, beside what counts;
 * parallel coordinates; the figure against a setting; answers to the same samples side by side; curves in bands
 * where seeds were repeated. Sections are Compare's wherever it has them, given the trials as runs
 * (sweepRows.ts).
 */
import { useEffect, useMemo, type ReactNode } from 'react';
import { useStore } from 'zustand';
import type { RunRow, SweepInfo } from '#engine/protocol/index.ts';
import { ablationResult, sweepAnswer } from '#engine/search/index.ts';
import { openDialog } from '../app/appStore.ts';
import { ConnectionBanner } from '../app/ConnectionBanner.tsx';
import { defineView } from '../app/defineView.ts';
import { ComparedViews, type Compared } from '../compare/compared.ts';
import { defineSection, type SectionDefinition } from '../compare/defineSection.ts';
import groups from '../compare/groups/groups.section.tsx';
import samples from '../compare/samples/samples.section.tsx';
import { SectionFrame } from '../compare/SectionFrame.tsx';
import importance from '../compare/sweep/importance.section.tsx';
import parallel from '../compare/sweep/parallel.section.tsx';
import { useHeldViews } from '../compare/useCompared.ts';
import { runList } from '../state/runList.ts';
import { Button } from '../ui/Button.tsx';
import { AblationWorth } from './AblationWorth.tsx';
import { SettingChart, SettingChartTools } from './SettingChart.tsx';
import { judgeBy, shownOf, shownSweepStore, SWEEPS_VIEW } from './shownSweep.ts';
import { SweepBar } from './SweepBar.tsx';
import { parameterLabel, shownRuns, sweepRows } from './sweepRows.ts';
import { SweepSide } from './SweepSide.tsx';
import { SweepStatus } from './SweepStatus.tsx';
import { sweeps } from './sweepStore.ts';
import { told } from './told.ts';
import { TrialsTable } from './TrialsTable.tsx';
import { canShowWorth, showWorthOnGraph } from './worthOnGraph.ts';
import './sweeps.view.css';

function SweepsPage() {
  useEffect(() => sweeps.follow(), []);
  useEffect(() => runList.follow(), []);
  const { sweeps: all, isRead, failure } = useStore(sweeps.store);
  const id = useStore(shownSweepStore, (state) => state.id);
  const sweep = shownOf(all, id);
  return (
    <main className="sweeps">
      <SweepSide sweep={sweep} all={all} />
      <section className="compare-work" aria-label="Results">
        <ConnectionBanner />
        {failure !== null && <p className="empty danger">The sweeps cannot be read: {failure}</p>}
        {!sweep && isRead && failure === null && <NoSweeps />}
        {sweep && <Results key={sweep.id} sweep={sweep} />}
      </section>
    </main>
  );
}

function NoSweeps() {
  return (
    <div className="empty">
      <p>
        There are no sweeps yet. One trains the network of Design with many settings, and shows here
        what came of each.
      </p>
      <Button onClick={() => openDialog('sweep')}>Sweep…</Button>
    </div>
  );
}

/** Curves of more runs in bands nobody tells apart, and each of them is read whole. */
const MOST_CURVES = 24;
const NO_BASELINE = null;
/** How high those above are: seven trials. */
const UPPER_PX = 236;
/** A layer each, and less below them. */
const ABLATION_PX = 340;
/** How high the sections below the parallel coordinates are. */
const LOWER_PX = 280;

function Results({ sweep }: { readonly sweep: SweepInfo }) {
  const byId = useStore(runList.store, (list) => list.byId);
  // Of its metric alone; what it tells meanwhile changes nothing of that.
  useEffect(() => judgeBy(sweep), [sweep.id]); // oxlint-disable-line react/exhaustive-deps
  const rows = useMemo(() => sweepRows(sweep, byId), [sweep, byId]);
  const shown = useMemo(() => shownRuns(sweep, rows), [sweep, rows]);
  const hasBands = sweep.plan.seeds > 1 && rows.length > 1 && rows.length <= MOST_CURVES;
  const views = useHeldViews((hasBands ? rows : shown).map(({ id }) => id));
  const held = (runs: readonly RunRow[]): Compared => ({
    runs: runs.filter(({ id }) => views.has(id)),
    baseline: NO_BASELINE,
  });
  const ablated = ablationResult(sweep.plan, sweep.trials);
  const [first] = sweep.plan.space;
  const isSearch = sweep.plan.space.length > 0 && !ablated;
  const all = { runs: rows, baseline: NO_BASELINE };
  const answer = ablated?.text ?? sweepAnswer(sweep.plan, sweep.trials);
  const isBeside = isSearch || ablated !== null;
  const upperPx = ablated ? ABLATION_PX : UPPER_PX;
  // What stands beside the chart against a setting; of bands and samples the other one is below.
  const beside = hasBands ? 'bands' : shown.length > 1 ? 'samples' : null;
  return (
    <>
      <div>
        <SweepBar sweep={sweep} rows={rows} />
        {answer !== null && <p className="sweep-answer">{answer}</p>}
      </div>
      <ComparedViews value={views}>
        <div className="compare-sections sweep-sections">
          <Part id="trials" label="Trials" columns={isBeside ? 8 : 12} height={upperPx}>
            <TrialsTable sweep={sweep} byId={byId} />
          </Part>
          {ablated ? (
            <Part
              id="worth"
              label="What each layer is worth"
              columns={4}
              height={upperPx}
              tools={
                <Button
                  small
                  disabled={!canShowWorth(sweep)}
                  onClick={() => told(showWorthOnGraph(sweep))}
                >
                  Show on the graph
                </Button>
              }
            >
              <AblationWorth result={ablated} />
            </Part>
          ) : !isSearch ? null : rows.length > 2 ? (
            <SectionFrame section={narrow(importance)} compared={all} />
          ) : (
            <Part id="importance" label="Importance" columns={4} height={UPPER_PX}>
              <p className="empty">
                From three trials on it is shown here what each setting counts for.
              </p>
            </Part>
          )}
          {isSearch && rows.length > 2 && (
            <SectionFrame section={{ ...parallel, columns: 12, height: 246 }} compared={all} />
          )}
          {isSearch && first && (
            <Part
              id="setting"
              label={`Against ${sweep.plan.space.length === 1 ? parameterLabel(first.name) : 'a setting'}`}
              columns={beside === null ? 12 : 5}
              height={LOWER_PX}
              tools={<SettingChartTools sweep={sweep} />}
            >
              <SettingChart sweep={sweep} />
            </Part>
          )}
          {hasBands && (
            <SectionFrame
              section={{ ...groups, columns: isSearch ? 7 : 12, height: LOWER_PX }}
              compared={held(rows)}
            />
          )}
          {shown.length > 1 && (
            <SectionFrame
              section={{
                ...{ ...samples, height: LOWER_PX },
                columns: isSearch && beside === 'samples' ? 7 : 12,
              }}
              compared={held(shown)}
            />
          )}
        </div>
      </ComparedViews>
    </>
  );
}

const narrow = (section: SectionDefinition): SectionDefinition => ({
  ...section,
  columns: 4,
  height: UPPER_PX,
});

/** A section of this page alone. */
function Part(props: {
  readonly id: string;
  readonly label: string;
  readonly columns: number;
  readonly height: number;
  readonly tools?: ReactNode;
  readonly children: ReactNode;
}) {
  const { id, label, columns, height, tools, children } = props;
  const section = defineSection({
    ...{ id, label, columns, height, icon: 'sweep', order: 0 },
    Component: NOTHING,
  });
  return (
    <SectionFrame section={section} compared={NOTHING_COMPARED} tools={tools}>
      {children}
    </SectionFrame>
  );
}

const NOTHING = (): null => null;
const NOTHING_COMPARED: Compared = { runs: [], baseline: null };

export default defineView({
  id: SWEEPS_VIEW,
  label: 'Sweeps',
  icon: 'sweep',
  order: 21,
  within: 'runs',
  keywords: ['search', 'trials', 'results', 'best', 'ablation', 'show sweeps'],
  Component: SweepsPage,
  Status: SweepStatus,
});
