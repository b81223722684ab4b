/** A line of text, taken over on Enter or when focus leaves; Escape restores it. */
import { useState } from 'react';
import './field.css';

export function TextField(props: {
  readonly value: string;
  readonly onCommit: (value: string) => void;
  readonly label: string;
  readonly placeholder?: string;
  readonly id?: string;
  readonly mono?: boolean;
  readonly disabled?: boolean;
  /** Why a text cannot be taken, or null. */
  readonly validate?: (value: string) => string | null;
}) {
  const { value } = props;
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    setText(value);
  }
  const wrong = props.validate?.(text) ?? null;
  const commit = (): void => {
    if (wrong !== null) setText(value);
    else if (text !== value) props.onCommit(text);
  };
  return (
    <div className={wrong === null ? 'field' : 'field invalid'}>
      <input
        id={props.id}
        type="text"
        className={props.mono === true ? 'mono' : undefined}
        aria-label={props.label}
        aria-invalid={wrong !== null}
        placeholder={props.placeholder}
        disabled={props.disabled === true}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit();
          if (event.key === 'Escape') {
            setText(value);
            event.currentTarget.blur();
          }
        }}
      />
      {wrong !== null && <span className="unit">{wrong}</span>}
    </div>
  );
}
