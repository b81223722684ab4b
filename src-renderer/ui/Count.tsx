/** A number in a pill behind a tab's title; nothing for zero. */
import './Count.css';
export function Count({
  value,
  tone,
  label,
}: {
  readonly value: number;
  readonly tone?: 'danger' | 'warn';
  readonly label?: string;
}) {
  if (value === 0) return null;
  return (
    <span className={tone ? `count ${tone}` : 'count'}>
      <span aria-hidden={label !== undefined}>{value}</span>
      {label !== undefined && <span className="visually-hidden">{label}</span>}
    </span>
  );
}
