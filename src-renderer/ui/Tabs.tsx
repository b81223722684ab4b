/** A row of tabs with room for tools at its right end. Arrow keys move between tabs. */
import type { KeyboardEvent, ReactNode } from 'react';

export interface TabItem {
  readonly id: string;
  readonly title: string;
  readonly badge?: ReactNode;
}

export function Tabs(props: {
  readonly items: readonly TabItem[];
  readonly active: string;
  readonly onChange: (id: string) => void;
  readonly label: string;
  readonly tools?: ReactNode;
  readonly onDoubleClick?: () => void;
  /** `aria-controls` of every tab: the one area whose content changes. */
  readonly panelId?: string;
}) {
  const { items, active } = props;
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    // With Alt they move the run clock.
    if (event.altKey) return;
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const index = items.findIndex((item) => item.id === active);
    const next = items[(index + step + items.length) % items.length];
    if (!next) return;
    props.onChange(next.id);
    event.currentTarget.querySelector<HTMLElement>(`[data-tab="${next.id}"]`)?.focus();
  };
  return (
    <div className="tabs" onDoubleClick={props.onDoubleClick}>
      <div role="tablist" aria-label={props.label} onKeyDown={onKeyDown}>
        {items.map((item) => (
          <button
            key={item.id}
            type="button"
            role="tab"
            data-tab={item.id}
            className="tab"
            aria-selected={item.id === active}
            aria-controls={props.panelId}
            tabIndex={item.id === active ? 0 : -1}
            onClick={() => props.onChange(item.id)}
          >
            {item.title}
            {item.badge}
          </button>
        ))}
      </div>
      {props.tools !== undefined && <div className="tools">{props.tools}</div>}
    </div>
  );
}

/** A number in a pill behind a tab's title; nothing for zero. */
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
