/** All nodes of a kind, or some of them: a row of names to press. */
import { Row } from './Rows.tsx';
import './MemberList.css';

export function MemberList(props: {
  readonly label: string;
  readonly help: string;
  readonly ids: readonly string[];
  readonly chosen: 'all' | readonly string[];
  readonly locked: boolean;
  readonly onChange: (chosen: 'all' | string[]) => void;
}) {
  const { label, ids, chosen, locked, onChange } = props;
  const isChosen = (id: string): boolean => chosen === 'all' || chosen.includes(id);
  const press = (id: string): void => {
    const left = ids.filter((each) => (each === id ? !isChosen(id) : isChosen(each)));
    // An empty list would be an objective of nothing, and means all in a file.
    if (left.length > 0) onChange(left.length === ids.length ? 'all' : left);
  };
  return (
    <Row label={label} help={props.help}>
      <div className="member-list" role="group" aria-label={label}>
        <button
          type="button"
          className="member"
          aria-pressed={chosen === 'all'}
          disabled={locked}
          onClick={() => onChange('all')}
        >
          all
        </button>
        {ids.map((id) => (
          <button
            key={id}
            type="button"
            className="member mono"
            aria-pressed={isChosen(id)}
            disabled={locked}
            onClick={() => (chosen === 'all' ? onChange([id]) : press(id))}
          >
            {id}
          </button>
        ))}
      </div>
    </Row>
  );
}
