/** The data sets of the project, those that can be had, and how the file at hand was read. */
import { useState } from 'react';
import type { DatasetInfo, OfferedDataset } from '#engine/protocol/appContract.ts';
import type { DataProfile } from '#engine/protocol/profileContract.ts';
import { OfferedPanel } from '../inspector/OfferedPanel.tsx';
import { useOffered } from '../inspector/useOffered.ts';
import { useDocument } from '../state/documentSession.ts';
import { IconButton } from '../ui/Button.tsx';
import { formatBytes } from '../ui/format.ts';
import { Icon, type IconName } from '../ui/Icon.tsx';
import { Menu } from '../ui/Menu.tsx';
import { dataNodes, type ChosenData, sourceName } from './chosenData.ts';
import { dataViewStore } from './dataViewStore.ts';
import { FileFacts } from './FileFacts.tsx';
import { kindOf } from './kinds.ts';
import { pickFiles, pickFolder } from './droppedFiles.ts';
import { RowsAs } from './RowsAs.tsx';
import { takeSource } from './takeData.ts';
import { useDatasets } from './useDatasets.ts';

export function DataSide(props: {
  readonly data: ChosenData | null;
  readonly profile: DataProfile | null;
  readonly readAt: number;
}) {
  const { data, profile, readAt } = props;
  const analysis = useDocument((state) => state.analysis);
  const document = useDocument((state) => state.document);
  const datasets = useDatasets();
  const offered = useOffered();
  const [wanted, setWanted] = useState<string | null>(null);
  const nodes = dataNodes({ analysis, document });
  const labelOf = (id: string): string | undefined => datasets.find((set) => set.id === id)?.label;
  const infoOf = (source: string): DatasetInfo | undefined =>
    datasets.find(({ id }) => id === source.split(':')[0]);
  const used = new Set(nodes.map(({ source }) => source));
  const kind = profile ? kindOf(profile) : undefined;
  const take = ({ source, options }: OfferedDataset): void => {
    setWanted(null);
    takeSource(source, options);
  };
  const builtIn = datasets.filter(({ path, id }) => path === undefined && !used.has(id));
  return (
    <aside className="data-side panel" aria-label="Data sets">
      <div className="data-side-head">
        <h2>Data sets</h2>
        <Menu
          align="end"
          entries={[
            { kind: 'item', id: 'file', title: 'A file…', icon: 'file', run: pickFiles },
            { kind: 'item', id: 'folder', title: 'A folder…', icon: 'folder', run: pickFolder },
          ]}
        >
          <IconButton small icon="plus" label="Add data" />
        </Menu>
      </div>
      <div className="scroll">
        <h3 className="data-list-head">This project</h3>
        {nodes.length === 0 && <p className="data-list-none">None yet</p>}
        <ul>
          {nodes.map(({ node, source }) => {
            const isOn = node === data?.node;
            const info = infoOf(source);
            return (
              <li key={node}>
                <DataRow
                  isOn={isOn}
                  icon={isOn && kind ? kind.icon : iconOf(info)}
                  name={sourceName(source, labelOf)}
                  about={
                    isOn && profile && kind ? kind.size(profile) : (info?.label ?? 'Unknown source')
                  }
                  onClick={() => dataViewStore.setState({ node, column: null, className: null })}
                />
              </li>
            );
          })}
        </ul>
        <h3 className="data-list-head line">To be had</h3>
        <ul>
          {offered.sets
            .filter((set) => !set.isShipped && (set.state !== 'ready' || !used.has(set.source)))
            .map((set) => (
              <li key={set.id}>
                <DataRow
                  icon={set.state === 'ready' ? 'table' : 'import'}
                  name={set.label}
                  about={set.state === 'ready' ? 'On this machine' : formatBytes(set.sizeBytes)}
                  isOpen={wanted === set.id}
                  onClick={() =>
                    set.state === 'ready' ? take(set) : setWanted(wanted === set.id ? null : set.id)
                  }
                />
                {wanted === set.id && set.state !== 'ready' && (
                  <OfferedPanel set={set} offered={offered} onReady={take} />
                )}
              </li>
            ))}
        </ul>
        <h3 className="data-list-head line">Built in</h3>
        <ul>
          {offered.sets
            .filter(({ isShipped, source }) => isShipped && !used.has(source))
            .map((set) => (
              <li key={set.id}>
                <DataRow
                  icon="table"
                  name={set.label}
                  about="Table with traps"
                  title={set.doc}
                  onClick={() => void offered.get(set.id).then((ready) => ready && take(ready))}
                />
              </li>
            ))}
          {builtIn.map((info) => (
            <li key={info.id}>
              <DataRow
                icon={iconOf(info)}
                name={info.label}
                about={info.group}
                title={info.doc}
                onClick={() => takeSource(info.id, {})}
              />
            </li>
          ))}
        </ul>
      </div>
      {data && <RowsAs data={data} />}
      {data && profile && <FileFacts data={data} facts={profile.file} readAt={readAt} />}
    </aside>
  );
}

const iconOf = (info: DatasetInfo | undefined): IconName =>
  info?.path === 'folder' || info?.group === 'Images' ? 'picture' : 'table';

function DataRow(props: {
  readonly icon: IconName;
  readonly name: string;
  readonly about: string;
  readonly title?: string;
  readonly isOn?: boolean;
  readonly isOpen?: boolean;
  readonly onClick: () => void;
}) {
  const { isOn = false } = props;
  return (
    <button
      type="button"
      className={isOn ? 'data-set on' : 'data-set'}
      aria-current={isOn ? 'true' : undefined}
      aria-expanded={props.isOpen}
      title={props.title}
      onClick={props.onClick}
    >
      <Icon name={props.icon} size={16} />
      <span>
        <b className="ellipsis">{props.name}</b>
        <small className="ellipsis">{props.about}</small>
      </span>
    </button>
  );
}
