/** The name of a project that the host asks for no path of: it goes to the project folder. */
export function FileNameField({
  value,
  onChange,
  onEnter,
  autoFocus = false,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onEnter: () => void;
  readonly autoFocus?: boolean;
}) {
  return (
    <>
      <label className="form">
        <span className="form-label">Name</span>
        <span className="field">
          <input
            autoFocus={autoFocus}
            value={value}
            maxLength={200}
            onChange={(event) => onChange(event.target.value)}
            onFocus={(event) => event.target.select()}
            onKeyDown={(event) => {
              if (event.key === 'Enter') onEnter();
            }}
          />
          <span className="unit">.netloom.json</span>
        </span>
      </label>
      <p className="t3 dialog-hint">Goes to the project folder of this machine.</p>
    </>
  );
}
