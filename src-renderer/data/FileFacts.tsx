/** How a file was cut and understood, as the reader says it; and what was made of it, to take along. */
import type { DataProfile } from '#engine/protocol/profileContract.ts';
import { IconButton } from '../ui/Button.tsx';
import { Menu } from '../ui/Menu.tsx';
import type { ChosenData } from './chosenData.ts';
import { exportPrepared } from './exportPrepared.ts';

export function FileFacts(props: {
  readonly data: ChosenData;
  readonly facts: DataProfile['file'];
  readonly readAt: number;
}) {
  const { data } = props;
  const at = new Date(props.readAt);
  const time = at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  return (
    <section className="data-file" aria-label="File">
      <h3 className="data-list-head">
        File <small>read {time}</small>
        <Menu
          align="end"
          entries={[
            {
              ...{ kind: 'item', id: 'csv', title: 'Prepared samples as CSV', icon: 'export' },
              run: () => void exportPrepared(data, 'csv'),
            },
            {
              ...{ kind: 'item', id: 'npz', title: 'Prepared samples for NumPy', icon: 'export' },
              run: () => void exportPrepared(data, 'npz'),
            },
          ]}
        >
          <IconButton small icon="export" label="Export what was prepared" />
        </Menu>
      </h3>
      <dl>
        {props.facts.map(({ label, text }) => (
          <div key={label} className="data-fact">
            <dt>{label}</dt>
            <dd title={text}>{text}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
