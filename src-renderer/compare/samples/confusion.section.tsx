/** What another run takes for what more or less often than the baseline: rows are true classes. */
import { useSyncExternalStore } from 'react';
import type { RunRow } from '#engine/protocol/run.ts';
import { chartColors, subscribeColors, type ChartColors } from '#renderer/charts/colors.ts';
import { inkOn, rampColor } from '#renderer/charts/confusionStats.ts';
import { HeadChoice, useChosenHead } from '#renderer/dock/parts/HeadChoice.tsx';
import { formatFixed, formatInteger } from '#renderer/ui/format.ts';
import { useFramesAt } from '../inside/useFramesAt.ts';
import type { Compared } from '../compared.ts';
import { defineSection } from '../defineSection.ts';
import { judgesClasses } from '../judgesClasses.ts';
import { PairChoice } from '../PairChoice.tsx';
import { usePair } from '../pair.ts';
import {
  confusionDifference,
  countsLike,
  countsOf,
  type ConfusionDifference,
} from './confusionDifference.ts';
import '#renderer/dock/confusion.css';
import './compareSamples.css';

/** More classes than this have no room for numbers in their cells. */
const MOST_NUMBERED = 16;

function useDifference(compared: Compared) {
  const pair = usePair(compared);
  const frames = useFramesAt(compared.runs, 'confusion');
  const frameOf = (run: RunRow | undefined) => frames.find((each) => each.run === run)?.frame;
  const [base, other] = [frameOf(pair?.base), frameOf(pair?.other)];
  const all = base ? countsOf(base) : [];
  const head = useChosenHead(all);
  if (!pair || !base || !other || !head) return null;
  const counts = countsLike(other, head);
  return {
    ...{ pair, all, head, base, other },
    difference: counts && confusionDifference(head, counts),
  };
}

function Confusion(compared: Compared) {
  const found = useDifference(compared);
  const colors = useSyncExternalStore(subscribeColors, chartColors);
  if (!found) {
    return <Empty text="Not both of these runs counted right and wrong answers." />;
  }
  if (!found.difference) {
    return (
      <Empty text="These runs tell other classes apart, or labels that a sample may have several of: their counts do not compare. The curves beside do." />
    );
  }
  const { pair, base, other, difference } = found;
  return (
    <>
      <p className="same-note">
        {`${pair.other.name} less ${pair.base.name}, steps ${formatInteger(other.step)} and ${formatInteger(base.step)}.`}
        {base.split !== other.split &&
          ` One was judged on ${base.split}, the other on ${other.split}.`}
        {difference.unit === 'shares' &&
          ' They judged other numbers of samples: differences are in points of a hundred of each true class.'}
      </p>
      <Matrix difference={difference} colors={colors} />
    </>
  );
}

const Empty = ({ text }: { readonly text: string }) => (
  <div className="empty">
    <p>{text}</p>
  </div>
);

const signed = (value: number, text: string): string => (value > 0 ? `+${text}` : text);
const points = (value: number): string =>
  Number.isFinite(value) ? signed(value, formatFixed(value * 100, 1)) : '–';

function Matrix(props: { readonly difference: ConfusionDifference; readonly colors: ChartColors }) {
  const { difference, colors } = props;
  const { classNames, cells, unit, recall } = difference;
  const size = classNames.length;
  const most = Math.max(...cells.map(Math.abs), Number.MIN_VALUE);
  const text = (value: number): string =>
    unit === 'samples' ? signed(value, formatInteger(value)) : points(value);
  return (
    <div className="confusion" role="group" tabIndex={0} aria-label="Confusion difference">
      <table aria-label="Difference of the confusion matrices">
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
            <th
              scope="col"
              className="recall"
              title="Change of the share that was recognised, in points"
            >
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
                const value = cells[row * size + column] ?? 0;
                const share = Math.sign(value) * Math.sqrt(Math.abs(value) / most);
                const background = rampColor(colors.diverging, (share + 1) / 2);
                return (
                  <td
                    key={predicted}
                    className={row === column ? 'right' : undefined}
                    style={
                      value === 0
                        ? undefined
                        : { background: background.css, color: inkOn(background) }
                    }
                    title={`${name} taken for ${predicted}: ${text(value)}`}
                  >
                    {size <= MOST_NUMBERED && value !== 0 ? text(value) : ''}
                  </td>
                );
              })}
              <td className="recall">{points(recall[row] ?? Number.NaN)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Tools(compared: Compared) {
  const found = useDifference(compared);
  return (
    <>
      <PairChoice {...compared} />
      {found?.difference && (
        <>
          <HeadChoice label="Classes of" all={found.all} shown={found.head} />
          <span>
            accuracy <b>{points(found.difference.accuracy)}</b> points
          </span>
        </>
      )}
    </>
  );
}

export default defineSection({
  id: 'confusion',
  label: 'Confusion difference',
  icon: 'grid',
  order: 80,
  columns: 6,
  height: 300,
  when: ({ runs }) => runs.filter(judgesClasses).length > 1,
  Component: Confusion,
  tools: Tools,
});
