/** What each setting that differs counts for in what came of the runs. */
import { useMemo } from 'react';
import { useStore } from 'zustand';
import { formatCount, FEW_RUNS, settingDifferences, shortName } from '#engine/runs/index.ts';
import { importanceIn } from '#engine/runs/report/index.ts';
import { formatFixed } from '#renderer/ui/format.ts';
import type { Compared } from '../compared.ts';
import { defineSection } from '../defineSection.ts';
import { figureIn, isLowerBetter, judgedStore } from '../judged.ts';
import './sweep.css';
import '../tables.css';

function Importance({ runs }: Compared) {
  const chosen = useStore(judgedStore, ({ figure }) => figure);
  const figure = useMemo(() => figureIn(runs, chosen), [runs, chosen]);
  const found = useMemo(
    () => (figure ? importanceIn(runs, settingDifferences(runs), figure) : null),
    [runs, figure],
  );
  if (!found || !figure) {
    return <p className="empty">These runs differ in nothing that could count.</p>;
  }
  return (
    <>
      <table className="compare-table importance">
        <thead>
          <tr>
            <th scope="col">Setting</th>
            <th scope="col" className="num" colSpan={2}>
              Importance
            </th>
            <th scope="col" className="num">
              Higher value is
            </th>
          </tr>
        </thead>
        <tbody>
          {found.settings.map(({ path, share, correlation }) => (
            <tr key={path}>
              <th scope="row" className="mono" title={path}>
                {shortName(path)}
              </th>
              <td className="importance-bar">
                <span style={{ width: `${100 * share}%` }} />
              </td>
              <td className="num">{formatFixed(100 * share, 0)}%</td>
              <Trend correlation={correlation} lower={isLowerBetter(figure)} />
            </tr>
          ))}
        </tbody>
      </table>
      <p className="sweep-note">
        {formatCount(found.n, 'run')}. Importance: what shuffling a setting costs a random forest,
        which explains {formatFixed(100 * found.explained, 0)}% of the variance. Right: Spearman
        correlation.{found.n < FEW_RUNS ? ' Few runs: read it as a hint.' : ''}
      </p>
    </>
  );
}

/** Below this a correlation says nothing. */
const NO_TREND = 0.1;

function Trend(props: { readonly correlation: number | null; readonly lower: boolean }) {
  const { correlation, lower } = props;
  if (correlation === null || Math.abs(correlation) < NO_TREND) {
    return <td className="num">no trend</td>;
  }
  const good = correlation > 0 !== lower;
  return (
    <td className={good ? 'num better' : 'num worse'}>
      {good ? 'better' : 'worse'} {formatFixed(correlation, 2)}
    </td>
  );
}

export default defineSection({
  id: 'importance',
  label: 'Importance',
  icon: 'table',
  order: 73,
  columns: 4,
  height: 280,
  when: ({ runs }) => runs.length > 2,
  Component: Importance,
});
