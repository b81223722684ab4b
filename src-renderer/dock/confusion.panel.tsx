/** Confusion matrix of the validation samples: rows are true classes, columns predicted ones. */
import { useSyncExternalStore } from 'react';
import { mayClassify } from '#engine/check/heads.ts';
import type { ConfusionCounts } from '#engine/protocol/run.ts';
import { definePanel } from '../app/definePanel.ts';
import { chartColors, subscribeColors, type ChartColors } from '../charts/colors.ts';
import { confusionStats, inkOn, rampColor } from '../charts/confusionStats.ts';
import { useSnapshot } from '../charts/useLive.ts';
import { PanelStep } from '../timeline/PanelStep.tsx';
import { formatInteger, formatPercent } from '../ui/format.ts';
import { EmptyPanel } from './parts/EmptyPanel.tsx';
import { HeadChoice, useChosenHead } from './parts/HeadChoice.tsx';
import './tools.css';
import './confusion.css';

/** More classes than this have no room for numbers in their cells. */
const MOST_NUMBERED = 16;

/** Of the head that was chosen, and all that there are. */
function useCounts() {
  const frame = useSnapshot('confusion');
  const all: readonly ConfusionCounts[] = frame ? [frame, ...(frame.others ?? [])] : [];
  const counts = useChosenHead(all);
  return counts && { counts, all };
}

function Confusion() {
  const shown = useCounts();
  const colors = useSyncExternalStore(subscribeColors, chartColors);
  if (!shown)
    return <EmptyPanel what="Counts of right and wrong answers appear" kind="confusion" />;
  return <Matrix frame={shown.counts} colors={colors} />;
}

function Matrix(props: { readonly frame: ConfusionCounts; readonly colors: ChartColors }) {
  const { frame, colors } = props;
  const { classNames, counts } = frame;
  const { recall, rowTotals } = confusionStats(frame);
  const size = classNames.length;
  return (
    <div className="confusion" role="group" tabIndex={0} aria-label="Confusion">
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
              <td className="recall">{formatPercent(recall[row] ?? Number.NaN, 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Accuracy() {
  const shown = useCounts();
  if (!shown) return null;
  const { accuracy, total } = confusionStats(shown.counts);
  return (
    <>
      <HeadChoice label="Classes of" all={shown.all} shown={shown.counts} />
      <span className="tool-text">
        <b>{formatPercent(accuracy)}</b> of {formatInteger(total)} <PanelStep kind="confusion" />
      </span>
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
