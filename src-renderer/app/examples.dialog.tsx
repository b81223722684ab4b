/** Ready networks to start from, in groups and searched: each with its graph in small, what it is, and what it costs. */
import { useStore } from 'zustand';
import { useMemo, useState } from 'react';
import { analyse } from '#engine/check/analyse.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import type { ExampleInfo } from '#engine/protocol/appContract.ts';
import { formatCount, formatParameters } from '../ui/format.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { Icon } from '../ui/Icon.tsx';
import { closeDialog } from './appStore.ts';
import { defineDialog } from './defineDialog.ts';
import { shownExamples } from './exampleGroups.ts';
import { GraphPicture } from './GraphPicture.tsx';
import { ProjectList, useRecent } from './ProjectList.tsx';
import { files } from './services.ts';
import './examples.dialog.css';

function ExamplesDialog() {
  const all = useStore(files.store, (state) => state.examples);
  const [query, setQuery] = useState('');
  const groups = useMemo(() => shownExamples(all, query), [all, query]);
  const recent = useRecent();
  const open = ({ name }: ExampleInfo): void => {
    closeDialog();
    files.openExample(name);
  };
  return (
    <Dialog open onClose={closeDialog} title="Start from" wide>
      <div className="examples-search">
        <Icon name="search" size={14} />
        <input
          type="search"
          placeholder="Find an example"
          aria-label="Find an example"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={(event) => {
            const first = groups[0]?.examples[0];
            if (event.key === 'Enter' && query.trim() !== '' && first) open(first);
          }}
        />
      </div>
      {groups.length === 0 && (
        <p className="empty">No example has that. Try the name of a layer, or what it is for.</p>
      )}
      {groups.map(({ group, label, examples }) => (
        <section key={group} aria-label={label}>
          <h3 className="examples-group">
            {label} <span>{examples.length}</span>
          </h3>
          <div className="examples">
            {examples.map((example) => (
              <button
                key={example.name}
                type="button"
                className="example"
                onClick={() => open(example)}
              >
                <GraphPicture document={example.document} />
                <b>{example.title}</b>
                <p>{example.summary}</p>
                <Figures document={example.document} />
              </button>
            ))}
          </div>
        </section>
      ))}
      {recent.length > 0 && (
        <>
          <h3 className="dialog-section">Recent projects</h3>
          <ProjectList projects={recent} />
        </>
      )}
    </Dialog>
  );
}

function Figures({ document }: { readonly document: NetworkDocument }) {
  const parameters = useMemo(() => analyse(document).parameterCount, [document]);
  return (
    <small>
      {formatCount(document.nodes.length, 'node')}, {formatParameters(parameters)}
    </small>
  );
}

export default defineDialog({
  id: 'examples',
  command: {
    id: 'project.examples',
    title: 'Examples',
    group: 'File',
    icon: 'grid',
    keywords: ['templates', 'start', 'sample'],
  },
  Component: ExamplesDialog,
});
