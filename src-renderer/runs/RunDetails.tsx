/** Beside the table: the run at the cursor, with what it came to, what it was set to, and what people say of it. */
import { useStore } from 'zustand';
import { METRIC_SPLITS, type RunRow } from '#engine/protocol/index.ts';
import { inSentence, metricName, ofSamples } from '#engine/metrics/names.ts';
import { own } from '#engine/ir/record.ts';
import {
  figureName,
  figureOf,
  settingText,
  shortName,
  shownTags,
  versionsText,
} from '#engine/runs/index.ts';
import { runCommand } from '../commands/registry.ts';
import { runList } from '../state/runList.ts';
import { Button } from '../ui/Button.tsx';
import { FactList } from '../ui/FactList.tsx';
import { formatBytes, formatInteger } from '../ui/format.ts';
import { Section } from '../ui/Section.tsx';
import { TextField } from '../ui/TextField.tsx';
import { annotate, rename, tagsFrom } from './actions.ts';
import type { Catalogue } from './catalogue.ts';
import { figureText, trainedText, whenText } from './cellText.ts';
import { columnOf, DASH } from './columns.ts';
import { RunDot, StatusCell } from './RunCells.tsx';
import { Checkpoints, Lineage } from './RunPast.tsx';
import './RunDetails.css';

export function RunDetails({
  run,
  catalogue,
}: {
  readonly run: RunRow | null;
  readonly catalogue: Catalogue;
}) {
  return (
    <aside className="panel run-details" aria-label="Details">
      {run ? (
        <Details key={run.id} run={run} catalogue={catalogue} />
      ) : (
        <p className="empty">Click a run to see what it was set to and what came of it.</p>
      )}
    </aside>
  );
}

function Details({ run, catalogue }: { readonly run: RunRow; readonly catalogue: Catalogue }) {
  return (
    <>
      <header>
        <h2>
          <RunDot slot={run.colorSlot} />
          <span className="ellipsis">{run.name}</span>
        </h2>
        <StatusCell run={run} />
        {run.progress.reason !== undefined && <p className="t2">{run.progress.reason}</p>}
        <div className="run-details-actions">
          <Button small onClick={() => void runCommand('runs.open')}>
            Open
          </Button>
          <Button small onClick={() => void runCommand('runs.openGraph')}>
            Open its graph
          </Button>
          <Button small variant="destructive" onClick={() => void runCommand('runs.delete')}>
            Delete
          </Button>
        </div>
      </header>
      <div className="scroll">
        <Section id="run.about" title="About">
          <label className="run-details-field">
            <span>Name</span>
            <TextField
              label="Name of the run"
              value={run.name}
              onCommit={(name) => void rename(run, name)}
              validate={(name) => (name.trim() === '' ? 'needs a name' : null)}
            />
          </label>
          <label className="run-details-field">
            <span>Tags</span>
            <TextField
              label="Tags, with commas between them"
              placeholder="baseline, ablation"
              value={shownTags(run).join(', ')}
              onCommit={(tags) => void annotate(run.id, { tags: tagsFrom(tags, run) })}
            />
          </label>
          <Notes run={run} />
        </Section>
        <Section id="run.figures" title="Results">
          <Figures run={run} />
        </Section>
        <Section id="run.facts" title="Facts">
          <Facts run={run} />
        </Section>
        <Lineage run={run} />
        <Checkpoints run={run} />
        <Section
          id="run.settings"
          title="Settings that differ"
          fact={formatInteger(catalogue.differing.length)}
        >
          <Settings run={run} paths={catalogue.differing} />
        </Section>
        <Section
          id="run.others"
          title="Other settings"
          fact={formatInteger(catalogue.alike.length)}
        >
          <Settings run={run} paths={catalogue.alike} />
        </Section>
      </div>
    </>
  );
}

function Notes({ run }: { readonly run: RunRow }) {
  return (
    <textarea
      key={run.notes}
      className="textarea"
      aria-label="Notes"
      placeholder="What was tried, and what came of it"
      defaultValue={run.notes}
      onBlur={({ target }) => {
        if (target.value !== run.notes) void annotate(run.id, { notes: target.value });
      }}
    />
  );
}

function Figures({ run }: { readonly run: RunRow }) {
  const splits = METRIC_SPLITS.filter((split) => run.last?.[split]);
  if (splits.length === 0) return <p className="t3">Nothing was measured yet.</p>;
  const order = ['validation', 'test', 'train'] as const;
  return (
    <table className="table run-figures">
      <thead>
        <tr>
          <th scope="col">Metric</th>
          <th scope="col">Best</th>
          <th scope="col">Last</th>
        </tr>
      </thead>
      <tbody>
        {order.flatMap((split) =>
          Object.keys(ofSamples(run.last?.[split]?.values ?? {})).map((key) => {
            const last = figureOf(run, figureName(`${split}.${key}`, 'last'));
            const best = own(run.bests?.[split], key)?.value;
            const { label } = metricName(key);
            return (
              <tr key={`${split}.${key}`}>
                <th scope="row" title={`${split}.${key}`}>
                  {split === 'validation' ? '' : `${split === 'train' ? 'Training' : 'Test'} `}
                  {split === 'validation' ? label : inSentence(label)}
                </th>
                <td>{best === undefined ? DASH : figureText(key, best)}</td>
                <td>{last === undefined ? DASH : figureText(key, last)}</td>
              </tr>
            );
          }),
        )}
      </tbody>
    </table>
  );
}

function Facts({ run }: { readonly run: RunRow }) {
  const parent = useStore(runList.store, ({ byId }) =>
    run.parent ? (byId.get(run.parent.run)?.name ?? 'a run that is gone') : null,
  );
  const size = columnOf('size').value(run);
  const facts: readonly (readonly [string, string])[] = [
    ['Project', run.projectName],
    ['Begun', whenText(run.createdAt)],
    ['Trained', trainedText(run)],
    ['Device', columnOf('device').text(run)],
    ['Parameters', formatInteger(run.parameters)],
    ...factIf('Data', run.dataFingerprint),
    ...factIf('Trained by', versionsText(run)),
    ...(typeof size === 'number' ? [['On disk', formatBytes(size)] as const] : []),
    ...(parent === null
      ? []
      : [['Began with', `${parent}, step ${formatInteger(run.parent?.step ?? 0)}`] as const]),
  ];
  return <FactList facts={facts} />;
}

/** Older runs do not say all of it. */
const factIf = (name: string, text: string): readonly (readonly [string, string])[] =>
  text === '' ? [] : [[name, text]];

function Settings({ run, paths }: { readonly run: RunRow; readonly paths: readonly string[] }) {
  const had = paths.filter((path) => own(run.settings, path) !== undefined);
  if (had.length === 0) return <p className="t3">None.</p>;
  return (
    <dl className="facts">
      {had.map((path) => (
        <div key={path} className="facts-row">
          <dt className="mono" title={path}>
            {shortName(path)}
          </dt>
          <dd>{settingText(own(run.settings, path) ?? null)}</dd>
        </div>
      ))}
    </dl>
  );
}
