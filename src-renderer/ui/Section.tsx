/** A foldable part of a panel. Its head keeps the most important fact, so that closed it still informs. */
import { useId, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { toggleMember, viewStore } from '../state/view.ts';
import { Icon } from './Icon.tsx';
import './Section.css';

export function Section(props: {
  /** Remembers whether it is folded. */
  readonly id: string;
  readonly title: string;
  readonly fact?: ReactNode;
  readonly flush?: boolean;
  readonly children: ReactNode;
}) {
  const open = useStore(viewStore, (view) => !view.closedSections.includes(props.id));
  const bodyId = useId();
  const toggle = (): void =>
    viewStore.setState(({ closedSections }) => ({
      closedSections: toggleMember(closedSections, props.id),
    }));
  return (
    <section className="section">
      <h2>
        <button
          type="button"
          className="section-head"
          aria-expanded={open}
          aria-controls={bodyId}
          onClick={toggle}
        >
          <Icon name="chevronDown" size={12} />
          {props.title}
          {props.fact !== undefined && <small>{props.fact}</small>}
        </button>
      </h2>
      {open && (
        <div id={bodyId} className={props.flush === true ? 'section-body flush' : 'section-body'}>
          {props.children}
        </div>
      )}
    </section>
  );
}
