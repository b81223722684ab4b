/** Project files to choose from, and those that were opened lately. */
import { useEffect, useState } from 'react';
import type { RecentProject } from '#engine/protocol/appContract.ts';
import { bridge } from '../bridge/index.ts';
import { Icon } from '../ui/Icon.tsx';
import { closeDialog } from './appStore.ts';
import { files } from './services.ts';
import './ProjectList.css';

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
