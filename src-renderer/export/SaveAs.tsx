/** Under which name a file leaves; its ending follows from the format. */

export function SaveAs(props: {
  readonly name: string;
  readonly extension: string;
  readonly onName: (name: string) => void;
}) {
  const { name, extension, onName } = props;
  return (
    <label className="form">
      <span className="form-label">Save as</span>
      <span className="field">
        <input
          value={name}
          maxLength={200}
          onChange={(event) => onName(event.target.value)}
          onFocus={(event) => event.target.select()}
        />
        <span className="unit">.{extension}</span>
      </span>
    </label>
  );
}
