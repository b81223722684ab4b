/** Ready networks to start from: each with its graph in small, what it is, and what it costs. */
import { useStore } from 'zustand';
import { useMemo } from 'react';
import { analyse } from '#engine/check/analyse.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import type { ExampleInfo } from '#engine/protocol/appContract.ts';
import { formatCount, formatParameters } from '../ui/format.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { closeDialog } from './appStore.ts';
import { defineDialog } from './defineDialog.ts';
import { GraphPicture } from './GraphPicture.tsx';
import { ProjectList, useRecent } from './ProjectList.tsx';
import { files } from './services.ts';
import './examples.dialog.css';

function ExamplesDialog() {
  const all = useStore(files.store, (state) => state.examples);
  const examples = useMemo(() => smallestFirst(all), [all]);
  const recent = useRecent();
  return (
    <Dialog open onClose={closeDialog} title="Start from" wide>
      <div className="examples">
        {examples.map(({ name, title, summary, document }) => (
          <button
            key={name}
            type="button"
            className="example"
            onClick={() => {
              closeDialog();
              files.openExample(name);
            }}
          >
            <GraphPicture document={document} />
            <b>{title}</b>
            <p>{summary}</p>
            <Figures document={document} />
          </button>
        ))}
      </div>
      {recent.length > 0 && (
        <>
          <h3 className="dialog-section">Recent projects</h3>
          <ProjectList projects={recent} />
        </>
      )}
    </Dialog>
  );
}

/** From the smallest network to the deepest, as one would learn them. */
function smallestFirst(examples: readonly ExampleInfo[]): readonly ExampleInfo[] {
  return examples.toSorted((a, b) => a.document.nodes.length - b.document.nodes.length);
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
