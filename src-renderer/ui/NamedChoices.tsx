/** Things that were kept under names: what is on show gets one, others are opened or forgotten. */
import { useState } from 'react';
import { Button, IconButton } from './Button.tsx';
import './NamedChoices.css';

export interface NamedChoice {
  readonly name: string;
  /** Beside it. */
  readonly aside: string;
}

export function NamedChoices(props: {
  readonly kept: readonly NamedChoice[];
  /** What the list holds, for who does not see it: `Kept filters`. */
  readonly label: string;
  readonly fieldLabel: string;
  readonly placeholder: string;
  readonly mostCharacters: number;
  /** The name that what is on show has already. */
  readonly current: string;
  /** Why it cannot be kept now; null where it can. */
  readonly refusal: string | null;
  readonly onKeep: (name: string) => void;
  readonly onOpen: (name: string) => void;
  readonly onForget: (name: string) => void;
}) {
  const { kept, refusal } = props;
  const [name, setName] = useState(props.current);
  const given = name.trim();
  const isTaken = kept.some((other) => other.name === given);
  return (
    <>
      {refusal === null ? (
        <form
          className="keep-named"
          onSubmit={(event) => {
            event.preventDefault();
            if (given !== '') props.onKeep(given);
          }}
        >
          <input
            className="field"
            aria-label={props.fieldLabel}
            placeholder={props.placeholder}
            maxLength={props.mostCharacters}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <Button type="submit" variant="primary" disabled={given === ''}>
            {isTaken ? 'Replace' : 'Keep'}
          </Button>
        </form>
      ) : (
        <p className="t2">{refusal}</p>
      )}
      {kept.length > 0 && (
        <ul className="kept-named" aria-label={props.label}>
          {kept.map((each) => (
            <li key={each.name}>
              <button type="button" onClick={() => props.onOpen(each.name)}>
                <b>{each.name}</b>
                <span className="t3 ellipsis">{each.aside}</span>
              </button>
              <IconButton
                small
                icon="close"
                label={`Forget ${each.name}`}
                onClick={() => props.onForget(each.name)}
              />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
