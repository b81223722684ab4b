/** ROC, precision-recall and calibration of one class in all compared runs, with the areas of each. */
import { useStore } from 'zustand';
import {
  calibrationError,
  CLASS_CURVE_KINDS,
  type ClassScores,
} from '#renderer/charts/classCurves.ts';
import { HeadChoice, useChosenHead } from '#renderer/dock/parts/HeadChoice.tsx';
import { chooseClass, decisionStore } from '#renderer/state/decision.ts';
import { formatFixed, formatInteger } from '#renderer/ui/format.ts';
import { Select } from '#renderer/ui/Select.tsx';
import type { Compared } from '../compared.ts';
import { useIsHighlighted } from '../compareStore.ts';
import { defineSection } from '../defineSection.ts';
import { useFramesAt } from '../inside/useFramesAt.ts';
import { judgesClasses } from '../judgesClasses.ts';
import { RunHeads } from '../RunHeads.tsx';
import { runLabels } from '../runLabels.ts';
import { ClassOverlay } from './ClassOverlay.tsx';
import { overlaidClass, type OverlaidRun, scoredHeads } from './overlaidClasses.ts';
import '../tables.css';
import './classCurves.css';

const FIGURES: readonly {
  readonly title: string;
  readonly doc: string;
  readonly of: (scores: ClassScores) => number;
}[] = [
  { title: 'ROC AUC', doc: 'Higher is better; 0.5 is guessing', of: ({ rocAuc }) => rocAuc },
  {
    title: 'PR AUC',
    doc: 'Average precision: higher is better; the share of the class is guessing',
    of: ({ prAuc }) => prAuc,
  },
  { title: 'ECE', doc: 'Expected calibration error: lower is better', of: calibrationError },
];

function useOverlaid(compared: Compared) {
  const frames = useFramesAt(compared.runs, 'confusion');
  const wanted = useStore(decisionStore, ({ classIndex }) => classIndex);
  const heads = scoredHeads(frames);
  const head = useChosenHead(heads);
  if (!head) return null;
  const steps = frames.map(({ frame }) => frame?.step ?? null);
  const splits = new Set(frames.flatMap(({ frame }) => frame?.split ?? []));
  return { heads, head, steps, splits, ...overlaidClass(frames, head, wanted) };
}

function ClassCurves(compared: Compared) {
  const found = useOverlaid(compared);
  if (!found) {
    return (
      <div className="empty">
        <p>None of these runs recorded scores of classes.</p>
      </div>
    );
  }
  const { runs, splits, steps } = found;
  const names = runLabels(runs.map(({ run }) => run.name));
  const labels = new Map(runs.map(({ run }, i) => [run.id, names[i] ?? run.name]));
  const isSome = runs.some(({ scores }) => scores === null);
  return (
    <div className="overlaid-classes">
      <div className="overlaid-charts">
        {CLASS_CURVE_KINDS.map((kind) => (
          <ClassOverlay key={kind} kind={kind} runs={runs} labelOf={(id) => labels.get(id) ?? id} />
        ))}
      </div>
      <div className="overlaid-figures" role="group" tabIndex={0} aria-label="Areas of the curves">
        <table className="compare-table few" aria-label="Areas of the curves">
          <RunHeads {...compared} title="Figure" />
          <tbody>
            {FIGURES.map(({ title, doc, of }) => (
              <tr key={title}>
                <th scope="row" title={doc}>
                  {title}
                </th>
                {runs.map((each) => (
                  <Figure key={each.run.id} {...each} of={of} />
                ))}
              </tr>
            ))}
            <tr>
              <th scope="row">Step</th>
              {runs.map(({ run }, i) => (
                <td key={run.id} className="num">
                  {formatInteger(steps[i] ?? NaN)}
                </td>
              ))}
            </tr>
          </tbody>
        </table>
      </div>
      {(isSome || splits.size > 1) && (
        <p className="same-note">
          {isSome && 'A run without a line has no scores of these classes. '}
          {splits.size > 1 && 'Not all were judged on the same split.'}
        </p>
      )}
    </div>
  );
}

function Figure(props: OverlaidRun & { readonly of: (scores: ClassScores) => number }) {
  const { run, scores, of } = props;
  const isHighlighted = useIsHighlighted(run.id);
  const value = scores ? of(scores) : NaN;
  return (
    <td className="num" data-highlighted={isHighlighted || undefined}>
      {Number.isFinite(value) ? formatFixed(value, 4) : '–'}
    </td>
  );
}

function Tools(compared: Compared) {
  const found = useOverlaid(compared);
  if (!found) return null;
  return (
    <>
      <HeadChoice label="Classes of" all={found.heads} shown={found.head} />
      <Select
        small
        label="Class"
        value={String(found.index)}
        options={found.classNames.map((name, i) => ({ value: String(i), label: name }))}
        onChange={(index) => chooseClass(Number(index))}
      />
    </>
  );
}

export default defineSection({
  id: 'classCurves',
  label: 'ROC, precision and calibration',
  icon: 'chart',
  order: 81,
  columns: 6,
  height: 320,
  when: ({ runs }) => runs.filter(judgesClasses).length > 1,
  Component: ClassCurves,
  tools: Tools,
});
