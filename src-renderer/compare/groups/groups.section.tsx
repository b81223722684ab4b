/**
 * The compared runs in groups: what may be said of them, the mean of each with a band, and its figures; the
 * runs of a group on demand.
 */
import { useMemo } from 'react';
import { useStore } from 'zustand';
import {
  compareGroups,
  formatCount,
  figureWords,
  spreadOf,
  statementOf,
  type GroupFigures,
} from '#engine/runs/index.ts';
import { baselineFirst, figureLabel, groupsOf } from '#engine/runs/report/index.ts';
import { Icon } from '#renderer/ui/Icon.tsx';
import { Select } from '#renderer/ui/Select.tsx';
import { Switch } from '#renderer/ui/Switch.tsx';
import type { Compared } from '../compared.ts';
import { defineSection } from '../defineSection.ts';
import { FigureSelect } from '../FigureSelect.tsx';
import { ALL_BUT_SEED, figureIn, groupingsOf, judgedStore } from '../judged.ts';
import { RunDot } from '../RunDot.tsx';
import { runLabels } from '../runLabels.ts';
import { BandChart } from './BandChart.tsx';
import './groups.css';
import '../tables.css';

function Groups({ runs, baseline }: Compared) {
  const { figure: chosen, by, members } = useStore(judgedStore);
  const figure = useMemo(() => figureIn(runs, chosen), [runs, chosen]);
  const offered = groupingsOf(runs);
  const known = offered.some(({ value }) => value === by) ? by : null;
  const groups = useMemo(
    () => (figure ? baselineFirst(groupsOf(runs, figure, known), baseline?.id ?? null) : []),
    [runs, figure, known, baseline],
  );
  const statements = useMemo(() => {
    const comparisons = compareGroups(groups);
    return figure
      ? comparisons.map((each) => statementOf(figure.key, each, comparisons.length))
      : [];
  }, [groups, figure]);
  if (figure === null) return <p className="empty">These runs have measured nothing yet.</p>;
  return (
    <div className="group-section">
      <div className="group-words">
        {statements.length === 0 && (
          <p className="group-statement">
            All of these are one group: they differ in nothing but their seed.
          </p>
        )}
        {statements.map(({ kind, text, notes }) => (
          <div key={text}>
            <p className="group-statement" data-kind={kind}>
              <Icon name={kind === 'difference' ? 'check' : 'info'} size={14} />
              <span>{text}</span>
            </p>
            {notes.map((note) => (
              <p key={note} className="group-note">
                {note}
              </p>
            ))}
          </div>
        ))}
        <div className="group-table" role="region" aria-label="Figures of the groups" tabIndex={0}>
          <Figures groups={groups} metric={figure.key} members={members} />
        </div>
        <p className="group-note">
          By {figureLabel(figure)}. Permutation test of the difference of means, of pairs where
          groups have the same six seeds or more; from 4 runs in each a difference can show.
        </p>
      </div>
      <BandChart groups={groups} figure={figure} members={members} />
    </div>
  );
}

function Figures(props: {
  readonly groups: readonly GroupFigures[];
  readonly metric: string;
  readonly members: boolean;
}) {
  const { groups, metric, members } = props;
  const write = (value: number | undefined): string =>
    value === undefined || Number.isNaN(value) ? '–' : figureWords(metric, value);
  // In full they would leave no room for the figures.
  const names = groups.flatMap((group) => group.members.map(({ run }) => run.name));
  const labels = new Map(runLabels(names).map((label, i) => [names[i] ?? '', label]));
  return (
    <table className="compare-table">
      <thead>
        <tr>
          <th scope="col">Group</th>
          {['Runs', 'Mean', 'Deviation', 'Least', 'Greatest'].map((title) => (
            <th key={title} scope="col" className="num">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      {groups.map(({ group, values, members: counted }) => {
        const spread = spreadOf(values);
        return (
          <tbody key={group.key}>
            <tr>
              <th scope="row">
                {group.runs[0] && <RunDot run={group.runs[0]} />} {group.label}
              </th>
              <td className="num">{values.length}</td>
              <td className="num">{write(spread?.mean)}</td>
              <td className="num">{write(spread?.deviation)}</td>
              <td className="num">{write(spread?.min)}</td>
              <td className="num">{write(spread?.max)}</td>
            </tr>
            {members &&
              counted.map(({ run, value }) => (
                <tr key={run.id} className="group-member">
                  <th scope="row" title={run.name}>
                    <RunDot run={run} /> {labels.get(run.name)}
                  </th>
                  <td />
                  <td className="num">{write(value)}</td>
                  <td colSpan={3} />
                </tr>
              ))}
          </tbody>
        );
      })}
    </table>
  );
}

function Tools({ runs }: Compared) {
  const { by, members } = useStore(judgedStore);
  const offered = groupingsOf(runs);
  const shown = offered.find(({ value }) => value === by)?.value ?? ALL_BUT_SEED;
  return (
    <>
      <span>{formatCount(runs.length, 'run')}, alike in</span>
      <Select
        small
        label="Grouped by"
        value={shown}
        options={offered}
        onChange={(value) => judgedStore.setState({ by: value === ALL_BUT_SEED ? null : value })}
      />
      <FigureSelect runs={runs} />
      <label className="switch-field">
        <Switch
          checked={members}
          label="Members"
          onChange={(on) => judgedStore.setState({ members: on })}
        />
        <span>Members</span>
      </label>
    </>
  );
}

export default defineSection({
  id: 'groups',
  label: 'Groups',
  icon: 'chart',
  order: 70,
  columns: 7,
  height: 300,
  Component: Groups,
  tools: Tools,
});
