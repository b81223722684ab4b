/**
 * A section with its head and tools; what is in it fills the rest and scrolls. Where a person arranges sections
 * it folds and moves too.
 */
import {
  useEffect,
  useId,
  useRef,
  useState,
  type DragEvent,
  type KeyboardEvent,
  type ReactNode,
} from 'react';
import { ErrorBoundary } from 'react-error-boundary';
import { useStore } from 'zustand';
import { Failure } from '../app/Failure.tsx';
import { IconButton } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import { ContextMenu, type MenuEntry } from '../ui/Menu.tsx';
import type { PlacedSection } from './arrange.ts';
import { compareStore } from './compareStore.ts';
import type { Compared } from './compared.ts';
import type { SectionDefinition } from './defineSection.ts';
import { foldSection, moveSection, resetSections } from './sectionActions.ts';
import './compare.css';

const DRAGGED = 'application/x-netloom-section';

/** How it stands among others that can be arranged. */
export interface Arranged extends Pick<PlacedSection, 'columns' | 'isFolded'> {
  /** Ids of those on show, in their order. */
  readonly shown: readonly string[];
}

export function SectionFrame(props: {
  readonly section: SectionDefinition;
  readonly compared: Compared;
  /** Absent where sections stand as they stand. */
  readonly arranged?: Arranged;
  /** Instead of the section's own, for what is no section of Compare. */
  readonly tools?: ReactNode;
  readonly children?: ReactNode;
}) {
  const { section, compared, arranged, tools, children } = props;
  const { id, label, icon, height, Component, tools: Tools } = section;
  const { columns, isFolded, shown } = arranged ?? { ...section, isFolded: false, shown: [] };
  const titleId = useId();
  const frame = useRef<HTMLElement>(null);
  const [isTarget, setTarget] = useState(false);
  const isWanted = useStore(compareStore, ({ wanted }) => wanted === id);
  useEffect(() => {
    if (!isWanted) return;
    compareStore.setState({ wanted: null });
    if (isFolded) foldSection(id, false);
    frame.current?.scrollIntoView({ block: 'start' });
    frame.current?.focus({ preventScroll: true });
  }, [isWanted, isFolded, id]);
  const toggle = (): void => foldSection(id, !isFolded);
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
    if (!event.altKey || by === 0) return;
    event.preventDefault();
    moveSection(id, shown.indexOf(id) + by, shown);
    // Its place on the page is another one; the keys stay with it.
    const { currentTarget } = event;
    requestAnimationFrame(() => {
      if (currentTarget instanceof HTMLElement) currentTarget.focus();
      frame.current?.scrollIntoView({ block: 'nearest' });
    });
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setTarget(false);
    const moved = event.dataTransfer.getData(DRAGGED);
    if (moved !== '') moveSection(moved, shown.indexOf(id), shown);
  };
  return (
    <section
      ref={frame}
      className={isTarget ? 'compare-section target' : 'compare-section'}
      data-wide={columns > 4 || undefined}
      data-folded={isFolded || undefined}
      style={{
        gridColumn: `span ${columns}`,
        ...(!isFolded && { '--height': `max(${height}px, ${(height / 9).toFixed(2)}vh)` }),
      }}
      tabIndex={-1}
      aria-labelledby={titleId}
      onDragOver={(event) => {
        if (!arranged || !event.dataTransfer.types.includes(DRAGGED)) return;
        event.preventDefault();
        setTarget(true);
      }}
      onDragLeave={() => setTarget(false)}
      onDrop={drop}
    >
      <header className="compare-head">
        <ContextMenu entries={() => (arranged ? sectionMenu(id, arranged) : [])}>
          <div
            className="compare-title"
            draggable={arranged !== undefined}
            onDragStart={(event) => {
              event.dataTransfer.setData(DRAGGED, id);
              event.dataTransfer.effectAllowed = 'move';
            }}
            onDoubleClick={arranged && toggle}
          >
            {arranged && (
              <IconButton
                small
                icon={isFolded ? 'chevronRight' : 'chevronDown'}
                iconSize={12}
                label={`${isFolded ? 'Unfold' : 'Fold'} ${label}`}
                tip={`${isFolded ? 'Unfold' : 'Fold'}; Alt+↑ and Alt+↓ move it, a drag does too`}
                aria-expanded={!isFolded}
                onClick={toggle}
                onKeyDown={onKeyDown}
              />
            )}
            <h2 id={titleId}>
              <Icon name={icon} size={12} />
              {label}
            </h2>
          </div>
        </ContextMenu>
        <span className="compare-tools">
          {!isFolded && (tools ?? (Tools && <Tools {...compared} />))}
        </span>
      </header>
      {!isFolded && (
        <div className="compare-body">
          <div className="compare-content" role="group" aria-labelledby={titleId} tabIndex={0}>
            <ErrorBoundary FallbackComponent={Failure} resetKeys={[compared]}>
              {children ?? <Component {...compared} />}
            </ErrorBoundary>
          </div>
        </div>
      )}
    </section>
  );
}

function sectionMenu(id: string, { isFolded, shown }: Arranged): readonly MenuEntry[] {
  const at = shown.indexOf(id);
  const item = (name: string, title: string, run: () => void, disabled = false): MenuEntry => ({
    ...{ kind: 'item', id: name, title, disabled, run },
  });
  return [
    item('fold', isFolded ? 'Unfold' : 'Fold', () => foldSection(id, !isFolded)),
    { kind: 'line' },
    item('up', 'Move up', () => moveSection(id, at - 1, shown), at === 0),
    item('down', 'Move down', () => moveSection(id, at + 1, shown), at === shown.length - 1),
    item('first', 'Move to the top', () => moveSection(id, 0, shown), at === 0),
    { kind: 'line' },
    item('reset', 'Sections as they were', resetSections),
  ];
}
