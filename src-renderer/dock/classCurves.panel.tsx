/**
 * ROC, precision-recall and calibration of one class against all others, from the scores of the validation samples,
 * with a threshold that can be moved: the confusion matrix follows it.
 */
import { useStore } from 'zustand';
import { mayClassify } from '#engine/check/heads.ts';
import type { ConfusionCounts } from '#engine/protocol/run.ts';
import { definePanel } from '../app/definePanel.ts';
import { commandMenu } from '../commands/menus.ts';
import { ClassCurveChart } from '../charts/ClassCurveChart.tsx';
import { writeThreshold } from '../charts/classCurveExport.ts';
import {
  bestThreshold,
  CLASS_CURVE_KINDS,
  type DecisionFigures,
  figuresOf,
} from '../charts/classCurves.ts';
import { allCounts, decidedClass, type DecidedClass } from '../charts/decidedClasses.ts';
import { areaTexts } from '../charts/areaTexts.ts';
import { useSnapshot } from '../charts/useLive.ts';
import { chooseClass, decisionStore, setThreshold } from '../state/decision.ts';
import { useShownRun } from '../state/runView.ts';
import { PanelStep } from '../timeline/PanelStep.tsx';
import { IconButton } from '../ui/Button.tsx';
import { formatPercent } from '../ui/format.ts';
import { Menu } from '../ui/Menu.tsx';
import { NumberField } from '../ui/NumberField.tsx';
import { Select } from '../ui/Select.tsx';
import { EmptyPanel } from './parts/EmptyPanel.tsx';
import { HeadChoice, useChosenHead } from './parts/HeadChoice.tsx';
import './tools.css';
import './classCurves.css';

function useDecided() {
  const all = allCounts(useSnapshot('confusion'));
  const counts = useChosenHead(all);
  const state = useStore(decisionStore);
  return { all, counts, decided: counts ? decidedClass(counts, state) : null };
}

function ClassCurves() {
  const { counts, decided } = useDecided();
  const slot = useShownRun((run) => run?.colorSlot ?? 0);
  if (!counts) return <EmptyPanel what="Curves of classes appear" kind="confusion" />;
  if (!decided) {
    return (
      <div className="empty">
        <p>
          {counts.classNames.length > 100
            ? 'Scores are kept of 100 classes at most.'
            : 'This run recorded no scores; it was trained before they were kept.'}
        </p>
      </div>
    );
  }
  const color = `var(--run-${(slot % 8) + 1})`;
  const figures = areaTexts(decided.scores);
  return (
    <div className="class-curves">
      <div className="class-curves-charts">
        {CLASS_CURVE_KINDS.map((kind, i) => (
          <ClassCurveChart
            key={kind}
            {...decided}
            kind={kind}
            color={color}
            figure={figures[i] ?? ''}
            onThreshold={setThreshold}
          />
        ))}
      </div>
      <ThresholdRow counts={counts} decided={decided} />
    </div>
  );
}

const FIGURES: readonly { readonly key: keyof DecisionFigures; readonly label: string }[] = [
  { key: 'precision', label: 'precision' },
  { key: 'recall', label: 'recall' },
  { key: 'f1', label: 'F1' },
  { key: 'specificity', label: 'specificity' },
];

function ThresholdRow(props: { readonly counts: ConfusionCounts; readonly decided: DecidedClass }) {
  const { counts, decided } = props;
  const { classNames, kind } = counts;
  const ofLabels = kind === 'labels';
  const { decision, decisions, name } = decided;
  const threshold = useStore(decisionStore, (state) => state.threshold);
  const best = bestThreshold(decisions);
  return (
    <div className="threshold-row" role="group" aria-label="Threshold">
      <Select
        small
        label={ofLabels ? 'Label' : 'Class'}
        value={String(decided.index)}
        options={classNames.map((each, i) => ({ value: String(i), label: each }))}
        onChange={(index) => chooseClass(Number(index))}
      />
      <label className="slider-field">
        <span className="wide-only">Threshold</span>
        <input
          type="range"
          className="slider"
          min={0}
          max={1}
          step={0.001}
          value={threshold ?? 0.5}
          aria-label={`Threshold of ${name}`}
          aria-valuetext={threshold === null ? 'none' : writeThreshold(threshold)}
          onChange={(event) => setThreshold(event.target.valueAsNumber)}
        />
      </label>
      <NumberField
        small
        integer={false}
        min={0}
        max={1}
        label="Threshold"
        value={threshold ?? 0.5}
        onChange={(value) => setThreshold(value)}
      />
      {best !== null && (
        <button
          type="button"
          className="tool-button"
          title="The threshold with the highest F1"
          onClick={() => setThreshold(best)}
        >
          Best F1
        </button>
      )}
      {decision ? (
        <>
          <button type="button" className="tool-button" onClick={() => setThreshold(null)}>
            Clear
          </button>
          {FIGURES.map(({ key, label }) => (
            <span key={key} className="tool-text">
              {label} <b>{formatPercent(figuresOf(decision)[key])}</b>
            </span>
          ))}
        </>
      ) : (
        <span className="tool-text">
          {ofLabels ? 'A label counts from one half on.' : 'The most likely class wins.'} Drag along
          a curve to set one.
        </span>
      )}
    </div>
  );
}

function ClassTools() {
  const { all, counts, decided } = useDecided();
  if (!counts || !decided) return null;
  return (
    <>
      <HeadChoice label="Classes of" all={all} shown={counts} />
      <PanelStep kind="confusion" />
      <Menu
        align="end"
        entries={commandMenu([
          'export.classCurves.csv',
          'export.classCurves.svg',
          'export.classCurves.png',
        ])}
      >
        <IconButton small icon="more" label="Export curves of classes" />
      </Menu>
    </>
  );
}

export default definePanel({
  id: 'classCurves',
  title: 'ROC',
  place: 'bottomMiddle',
  order: 25,
  applies: mayClassify,
  Component: ClassCurves,
  tools: ClassTools,
});
