/** Ready networks to start from: each with its graph in small, what it is, and what it costs. */
import { useStore } from 'zustand';
import { useEffect, useMemo, useState } from 'react';
import { analyse } from '#engine/check/analyse.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import type { ExampleInfo, RecentProject } from '#engine/protocol/appContract.ts';
import { bridge } from '../bridge/index.ts';
import { formatCount, formatParameters } from '../ui/format.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { Icon } from '../ui/Icon.tsx';
import { closeDialog } from './appStore.ts';
import { GraphPicture } from './GraphPicture.tsx';
import { files } from './services.ts';

export function ExamplesDialog() {
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
              void files.openExample(name);
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

export function useRecent(): readonly RecentProject[] {
  const [recent, setRecent] = useState<readonly RecentProject[]>([]);
  useEffect(() => {
    let there = true;
    bridge.call('projects.recent', null).then(
      (list) => there && setRecent(list),
      () => undefined,
    );
    return () => {
      there = false;
    };
  }, []);
  return recent;
}

export function ProjectList({ projects }: { readonly projects: readonly RecentProject[] }) {
  return (
    <ul className="project-list">
      {projects.map(({ path, name, openedAt }) => (
        <li key={path}>
          <button
            type="button"
            onClick={() => {
              closeDialog();
              void files.openPath(path);
            }}
          >
            <Icon name="file" size={14} />
            <b title={name}>{name}</b>
            <span className="path ellipsis t3" title={path}>
              <bdi dir="ltr">{path}</bdi>
            </span>
            <small>{new Date(openedAt).toLocaleDateString([], { dateStyle: 'medium' })}</small>
          </button>
        </li>
      ))}
    </ul>
  );
}
