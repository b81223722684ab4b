/** Where the data comes from: source, its settings, and the first samples as they are. */
import { useState, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import { splitCounts } from '#engine/ir/batches.ts';
import type { NodeAnalysis } from '#engine/check/analysis.ts';
import type { AttrSchema, DataField, JsonValue } from '#engine/ir/attrs.ts';
import { own } from '#engine/ir/record.ts';
import { readAttrs } from '#engine/ir/readAttrs.ts';
import { formatShape } from '#engine/ir/tensor.ts';
import type { OfferedDataset } from '#engine/protocol/appContract.ts';
import { dataFields, dataPreviews, dataSources } from '../app/services.ts';
import { sourceOf } from '../charts/dataSource.ts';
import { NodeChart } from '../charts/NodeChart.tsx';
import { useDatasets } from '../data/useDatasets.ts';
import { useDocument, useDocuments } from '../state/documentSession.ts';
import { formatInteger } from '../ui/format.ts';
import { Section } from '../ui/Section.tsx';
import { Select } from '../ui/Select.tsx';
import { TextField } from '../ui/TextField.tsx';
import { AttrForm } from './AttrForm.tsx';
import { DataConsent } from './DataConsent.tsx';
import { DataInShort } from './DataInShort.tsx';
import { OfferedPanel } from './OfferedPanel.tsx';
import { SweepScope } from './SweepThis.tsx';
import { COLUMN_OPTIONS, TableColumns } from './TableColumns.tsx';
import { useOffered } from './useOffered.ts';
import './DataSection.css';

function splitSource(source: string): { readonly id: string; readonly path: string | null } {
  const colon = source.indexOf(':');
  return colon < 0
    ? { id: source, path: null }
    : { id: source.slice(0, colon), path: source.slice(colon + 1) };
}

/** Before the ids of sets from the network, in the choice of data: no source has a blank. */
const OFFERED = 'offered ';

export function DataSection({ node }: { readonly node: NodeAnalysis }) {
  const documents = useDocuments();
  const datasets = useDatasets();
  const offered = useOffered();
  const [wanted, setWanted] = useState<string | null>(null);
  const failure = useStore(dataFields.store, (state) => own(state.failures, node.id));
  const reading = useStore(dataFields.store, (state) => state.reading.has(node.id));
  const reference = sourceOf(node);
  const description = useSyncExternalStore(dataPreviews.subscribe, () =>
    reference ? dataPreviews.get(reference.source, reference.options) : null,
  );
  if (!reference) return null;
  const report = (description ?? dataPreviews.latest(reference.source))?.report;
  const { id, path } = splitSource(reference.source);
  const dataset = datasets.find((each) => each.id === id);

  const set = (attrs: Readonly<Record<string, JsonValue>>, label: string, live = false): void => {
    const gesture = `${node.id}.${Object.keys(attrs).join()} ${label}`;
    documents.apply([{ kind: 'setAttrs', id: node.id, attrs }], { label, undo: { gesture } });
    if (!live) documents.endGesture();
  };
  const take = ({ source, options }: OfferedDataset): void => {
    setWanted(null);
    dataSources.pick(source);
    set({ source, options }, 'Choose data');
  };
  const choose = (next: string): void => {
    const asked = offered.sets.find((each) => `${OFFERED}${each.id}` === next);
    if (asked?.state === 'ready') return take(asked);
    setWanted(asked?.id ?? null);
    if (asked) return;
    const wantsPath = datasets.find((each) => each.id === next)?.path;
    set({ source: wantsPath ? `${next}:` : next, options: {} }, 'Choose data');
  };
  const known = datasets.map((each) => ({ value: each.id, label: each.label, group: each.group }));
  const fromNetwork = offered.sets.map((each) => ({
    value: `${OFFERED}${each.id}`,
    label: each.label,
    group: 'From the network',
  }));
  const wantedSet = offered.sets.find((each) => each.id === wanted);
  const shownSet = wantedSet ?? offered.sets.find(({ source }) => source === reference.source);
  const chosen = shownSet ? `${OFFERED}${shownSet.id}` : id;
  const options = [
    ...(known.some(({ value }) => value === id) ? [] : [{ value: id, label: id }]),
    ...known,
    ...fromNetwork,
  ];
  const read = dataset ? readAttrs(dataset.options, reference.options) : null;
  return (
    <>
      <Section id="data" title="Source" fact={dataset?.label}>
        <div className="form">
          <span className="form-label">Data</span>
          <Select label="Data source" value={chosen} options={options} onChange={choose} />
          {dataset?.path !== undefined && (
            <>
              <label className="form-label" htmlFor="data-path">
                {dataset.path === 'file' ? 'File' : 'Folder'}
              </label>
              <TextField
                id="data-path"
                label={dataset.path === 'file' ? 'File' : 'Folder'}
                value={path ?? ''}
                placeholder={dataset.path === 'file' ? '/data/table.csv' : '/data/mnist'}
                onCommit={(next) => {
                  const named = `${id}:${next.trim()}`;
                  dataSources.pick(named);
                  set({ source: named }, 'Set path');
                }}
              />
            </>
          )}
        </div>
        {wantedSet && <OfferedPanel set={wantedSet} offered={offered} onReady={take} />}
        {dataset && !wantedSet && <p className="t3 inspector-doc">{dataset.doc}</p>}
        <DataConsent source={reference.source} />
        {failure !== undefined && (
          <p className="danger inspector-doc" role="alert">
            {failure.message} {failure.explanation}
          </p>
        )}
        {reading && <p className="t3 inspector-doc">Reading the data</p>}
        <DataInShort node={node.id} />
      </Section>
      {report && (
        <TableColumns
          report={report}
          options={reference.options}
          onChange={(change, label) => set({ options: { ...reference.options, ...change } }, label)}
        />
      )}
      {dataset && read && Object.keys(dataset.options).length > 0 && (
        <Section id="dataOptions" title="Settings of the source">
          {/* Of data that is made; how a file is read is no setting to search. */}
          <SweepScope paths={dataset.path === undefined ? [`${node.id}.options.`] : null}>
            <AttrForm
              schema={report ? withoutColumns(dataset.options) : dataset.options}
              values={read.attrs}
              stored={reference.options}
              onChange={(name, value, kind, label) =>
                set(
                  { options: { ...reference.options, [name]: value } },
                  `Set ${label.toLowerCase()}`,
                  kind === 'live',
                )
              }
            />
          </SweepScope>
        </Section>
      )}
      <Preview node={node} />
    </>
  );
}

/** What the section of the columns sets is not set twice. */
function withoutColumns(schema: AttrSchema): AttrSchema {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => !COLUMN_OPTIONS.has(name)));
}

function fieldText({ shape, classes, role }: DataField): string {
  if (role === 'label') return classes === undefined ? 'class' : `${classes} classes`;
  return shape.length === 0 ? 'one number' : formatShape(shape);
}

function Preview({ node }: { readonly node: NodeAnalysis }) {
  const split = useDocument((state) => state.document.training.split);
  const reference = sourceOf(node);
  const description = useSyncExternalStore(dataPreviews.subscribe, () =>
    reference ? dataPreviews.get(reference.source, reference.options) : null,
  );
  if (!description) return null;
  const counts = splitCounts(description.counts, split);
  return (
    <Section
      id="samples"
      title="Samples"
      fact={`${formatInteger(description.counts.total)} in all`}
    >
      <div className="data-preview" style={{ '--category': 'var(--c-data)' }}>
        <NodeChart node={node} scale={2} />
      </div>
      <dl className="facts">
        {description.fields.map((field) => (
          <div key={field.name} className="facts-row">
            <dt>{field.name}</dt>
            <dd className="mono">{fieldText(field)}</dd>
          </div>
        ))}
        {/* How many, of parts that take the samples to say, is known when they are trained on. */}
        {counts && (
          <>
            <div className="facts-row">
              <dt>Training</dt>
              <dd>{formatInteger(counts.train)}</dd>
            </div>
            <div className="facts-row">
              <dt>Validation</dt>
              <dd>{formatInteger(counts.validation)}</dd>
            </div>
            <div className="facts-row">
              <dt>Test</dt>
              <dd>{formatInteger(counts.test)}</dd>
            </div>
          </>
        )}
      </dl>
      {description.notes?.map((note) => (
        <p key={note} className="t3 inspector-doc">
          {note}
        </p>
      ))}
    </Section>
  );
}
