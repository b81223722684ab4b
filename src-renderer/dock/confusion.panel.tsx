/**
 * Confusion matrix of the validation samples: rows are true classes, columns predicted ones; of labels, of which a
 * sample may have several, what follows from theirs. By a threshold, where one
 * is set of a class, else by the most likely class; or what follows from it for each class, as a table.
 */
import { useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import { mayClassify } from '#engine/check/heads.ts';
import type { ConfusionCounts } from '#engine/protocol/run.ts';
import { definePanel } from '../app/definePanel.ts';
import { chartColors, subscribeColors, type ChartColors } from '../charts/colors.ts';
import { writeThreshold } from '../charts/classCurveExport.ts';
import {
  classReport,
  type ClassFigures,
  confusionStats,
  labelStats,
  inkOn,
  rampColor,
} from '../charts/confusionStats.ts';
import { allCounts, decidedClass, decidedCounts } from '../charts/decidedClasses.ts';
import { useSnapshot } from '../charts/useLive.ts';
import { tokenText } from '../data/texts/tokenText.ts';
import { decisionStore, setThreshold } from '../state/decision.ts';
import { viewStore } from '../state/view.ts';
import { PanelStep } from '../timeline/PanelStep.tsx';
import { IconButton } from '../ui/Button.tsx';
import { formatInteger, formatPercent } from '../ui/format.ts';
import { EmptyPanel } from './parts/EmptyPanel.tsx';
import { HeadChoice, useChosenHead } from './parts/HeadChoice.tsx';
import './tools.css';
import './confusion.css';

/** Of a class without samples there is no share. */
const shareText = (share: number, decimals?: number): string =>
  Number.isNaN(share) ? '–' : formatPercent(share, decimals);

/** More classes than this have no room for numbers in their cells. */
const MOST_NUMBERED = 16;

/** Of the head that was chosen, as they are decided, and all that there are. */
function useCounts() {
  const all = allCounts(useSnapshot('confusion'));
  const head = useChosenHead(all);
  const state = useStore(decisionStore);
  const decided = head && decidedClass(head, state);
  const decision = decided?.decision;
  if (!head || !decided || !decision) return head && { head, all, counts: head, decided: null };
  return { head, all, counts: decidedCounts(head, decided, decision), decided };
}

function Confusion() {
  const shown = useCounts();
  const colors = useSyncExternalStore(subscribeColors, chartColors);
  const byClass = useStore(viewStore, (state) => state.confusionByClass);
  if (!shown)
    return <EmptyPanel what="Counts of right and wrong answers appear" kind="confusion" />;
  const { head, counts, decided } = shown;
  const isReport = byClass || counts.kind === 'labels';
  const figures = isReport ? (
    <ByClass counts={counts} />
  ) : (
    <Matrix frame={counts} colors={colors} />
  );
  if (!decided?.decision) return figures;
  return (
    <div className="decided-confusion">
      <p className="decided-note">
        {`${decided.name} from a score of ${writeThreshold(decided.decision.threshold)}`}
        <button type="button" className="tool-button" onClick={() => setThreshold(null)}>
          {head.kind === 'labels' ? 'From one half' : 'Most likely class'}
        </button>
      </p>
      {figures}
    </div>
  );
}

function Matrix(props: { readonly frame: ConfusionCounts; readonly colors: ChartColors }) {
  const { frame, colors } = props;
  const { counts } = frame;
  const classNames = frame.classNames.map(tokenText);
  const { recall, rowTotals } = confusionStats(frame);
  const size = classNames.length;
  return (
    <div
      className="confusion"
      role="group"
      tabIndex={0}
      aria-label="Confusion"
      style={{ '--classes': size }}
    >
      <table aria-label="Confusion matrix">
        <thead>
          <tr>
            <th scope="col" className="corner">
              <span>true</span> <span>predicted</span>
            </th>
            {classNames.map((name) => (
              <th key={name} scope="col" title={name}>
                {name}
              </th>
            ))}
            <th scope="col" className="recall" title="Share of this class that was recognised">
              recall
            </th>
          </tr>
        </thead>
        <tbody>
          {classNames.map((name, row) => (
            <tr key={name}>
              <th scope="row" title={name}>
                {name}
              </th>
              {classNames.map((predicted, column) => {
                const count = counts[row * size + column] ?? 0;
                const share = count / Math.max(1, rowTotals[row] ?? 0);
                const background = rampColor(colors.heat, Math.sqrt(share));
                return (
                  <td
                    key={predicted}
                    className={row === column ? 'right' : undefined}
                    style={{ background: background.css, color: inkOn(background) }}
                    title={`${name} taken for ${predicted}: ${formatInteger(count)} (${formatPercent(share)})`}
                  >
                    {size <= MOST_NUMBERED && count > 0 ? formatInteger(count) : ''}
                  </td>
                );
              })}
              <td className="recall">{shareText(recall[row] ?? Number.NaN, 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** As scikit-learn's classification report. */
function ByClass({ counts }: { readonly counts: ConfusionCounts }) {
  const { classes, macro, weighted, total } = classReport(counts);
  const what = counts.kind === 'labels' ? 'label' : 'class';
  const row = (name: string, figures: ClassFigures, support: number) => (
    <tr key={name}>
      <th scope="row" title={name}>
        {tokenText(name)}
      </th>
      <td>{shareText(figures.precision)}</td>
      <td>{shareText(figures.recall)}</td>
      <td>{shareText(figures.f1)}</td>
      <td>{formatInteger(support)}</td>
    </tr>
  );
  return (
    <div className="confusion" role="group" tabIndex={0} aria-label={`Figures by ${what}`}>
      <table className="by-class" aria-label={`Precision, recall and F1 by ${what}`}>
        <thead>
          <tr>
            <th scope="col">{what}</th>
            <th scope="col">precision</th>
            <th scope="col">recall</th>
            <th scope="col">F1</th>
            <th scope="col" title={`Samples of this ${what}`}>
              support
            </th>
          </tr>
        </thead>
        <tbody>{classes.map((each) => row(each.name, each, each.support))}</tbody>
        <tfoot>
          {row('plain mean', macro, total)}
          {row('by support', weighted, total)}
        </tfoot>
      </table>
    </div>
  );
}

function ByClassSwitch() {
  const byClass = useStore(viewStore, (state) => state.confusionByClass);
  return (
    <IconButton
      small
      icon="table"
      label="By class"
      tip="Precision, recall and F1 of each class"
      pressed={byClass}
      onClick={() => viewStore.setState({ confusionByClass: !byClass })}
    />
  );
}

function Accuracy() {
  const shown = useCounts();
  if (!shown) return null;
  const { counts } = shown;
  const ofLabels = counts.kind === 'labels';
  const { accuracy, total } = ofLabels ? labelStats(counts) : confusionStats(counts);
  return (
    <>
      <HeadChoice label="Classes of" all={shown.all} shown={shown.head} />
      {!ofLabels && <ByClassSwitch />}
      <span className="tool-text">
        <b>{formatPercent(accuracy)}</b>
        <span className="wide-only"> of {formatInteger(total)}</span>
      </span>
      <PanelStep kind="confusion" />
    </>
  );
}

export default definePanel({
  id: 'confusion',
  title: 'Confusion',
  place: 'bottomMiddle',
  order: 20,
  applies: mayClassify,
  Component: Confusion,
  tools: Accuracy,
});
