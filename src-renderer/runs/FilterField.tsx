/**
 * The filter: words, or a comparison, with names to complete what is being written and the fault at its place.
 * What is found follows as one types. Filters can be kept and had again.
 */
import { useEffect, useId, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import { openDialog } from '../app/appStore.ts';
import { IconButton } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Menu, type MenuEntry } from '../ui/Menu.tsx';
import type { Catalogue } from './catalogue.ts';
import { isExpression, type Search } from '#engine/runs/index.ts';
import { type Completion, completions, filterNames } from './completions.ts';
import { changeTable, tableState, useTable } from './tableState.ts';

export const FILTER_FIELD = 'runs-filter';

/** What is typed is looked for once the hand rests for a moment. */
const REST_MS = 120;

export function FilterField({
  catalogue,
  found,
}: {
  readonly catalogue: Catalogue;
  readonly found: Search;
}) {
  const kept = useTable((table) => table.filter);
  const [text, setText] = useState(kept);
  const [known, setKnown] = useState(kept);
  const [offered, setOffered] = useState<readonly Completion[]>([]);
  const [at, setAt] = useState(-1);
  const field = useRef<HTMLInputElement>(null);
  const wantedCaret = useRef<number | null>(null);
  const listId = useId();
  const errorId = useId();
  if (known !== kept) {
    setKnown(kept);
    // Not what is being typed: that is on its way there.
    if (kept !== text.trim()) setText(kept);
  }
  useEffect(() => {
    if (text.trim() === tableState().filter) return undefined;
    const timer = setTimeout(() => changeTable({ filter: text.trim() }), REST_MS);
    return () => clearTimeout(timer);
  }, [text]);

  // Before the next key is typed.
  useLayoutEffect(() => {
    const caret = wantedCaret.current;
    wantedCaret.current = null;
    if (caret !== null) field.current?.setSelectionRange(caret, caret);
  }, [text]);

  const offer = (now: string, caret: number): void => {
    setOffered(completions(now, caret, filterNames(catalogue)));
    setAt(-1);
  };
  const close = (): void => setOffered([]);
  const take = ({ text: next, caret }: Completion): void => {
    setText(next);
    close();
    wantedCaret.current = caret;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const isOpen = offered.length > 0;
    const chosen = offered[at];
    if (isOpen && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setAt((at + step + offered.length + (at < 0 && step < 0 ? 1 : 0)) % offered.length);
    } else if (chosen && (event.key === 'Enter' || event.key === 'Tab')) take(chosen);
    else if (isOpen && event.key === 'Escape') close();
    else if (event.key === 'Escape' && text !== '') setText('');
    else if (event.key === 'Enter' || event.key === 'ArrowDown') {
      close();
      document.querySelector<HTMLElement>('.runs-table [data-index][tabindex="0"]')?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const wrong = found.problem;
  return (
    <div className="runs-filter">
      <div className={wrong ? 'field invalid' : 'field'}>
        <Icon name="search" size={14} />
        <input
          ref={field}
          id={FILTER_FIELD}
          type="text"
          role="combobox"
          aria-label="Filter runs"
          aria-expanded={offered.length > 0}
          {...(offered.length > 0 ? { 'aria-controls': listId } : {})}
          aria-autocomplete="list"
          aria-invalid={wrong !== null}
          {...(wrong ? { 'aria-describedby': errorId } : {})}
          {...(offered[at] ? { 'aria-activedescendant': `${listId}-${at}` } : {})}
          className={isExpression(text) ? 'mono' : undefined}
          placeholder="Words, or accuracy > 0.97 and lr < 1e-2"
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={({ target }) => {
            setText(target.value);
            offer(target.value, target.selectionStart ?? target.value.length);
          }}
          onBlur={close}
          onKeyDown={onKeyDown}
        />
        {text !== '' && (
          <IconButton icon="close" small label="Clear the filter" onClick={() => setText('')} />
        )}
        <Menu entries={() => keptFilters(text.trim(), setText)} align="end">
          <IconButton icon="save" small label="Kept filters" />
        </Menu>
      </div>
      {/* An empty list would keep keys from the rest of the window. */}
      {offered.length > 0 && (
        <ul id={listId} role="listbox" aria-label="Names" className="runs-completions menu">
          {offered.map((each, i) => (
            <li
              key={each.name}
              id={`${listId}-${i}`}
              role="option"
              aria-selected={i === at}
              className="menu-item mono"
              {...(i === at ? { 'data-highlighted': '' } : {})}
              // Before the field loses the focus.
              onPointerDown={(event) => {
                event.preventDefault();
                take(each);
              }}
            >
              {each.name}
            </li>
          ))}
        </ul>
      )}
      {wrong && offered.length === 0 && (
        <div id={errorId} role="alert" className="runs-filter-error">
          {found.at !== null && <FaultPlace text={text} at={found.at} />}
          <span>{wrong.message}</span>
          {wrong.explanation !== undefined && <span className="t3">{wrong.explanation}</span>}
        </div>
      )}
    </div>
  );
}

/** The text with a mark at the character that cannot be read. */
function FaultPlace({ text, at }: { readonly text: string; readonly at: number }) {
  const [, word = ' '] = /^(\w[\w.]*|.?)/s.exec(text.slice(at)) ?? [];
  return (
    <code className="mono">
      {text.slice(0, at)}
      <mark>{word === '' ? ' ' : word}</mark>
      {text.slice(at + word.length)}
    </code>
  );
}

function keptFilters(text: string, take: (filter: string) => void): readonly MenuEntry[] {
  const { filters } = tableState();
  const own: MenuEntry[] = filters.map(({ name, filter }) => ({
    ...{ kind: 'item', id: name, title: name, run: () => take(filter), checked: filter === text },
    ...(name === filter ? {} : { aside: filter }),
  }));
  const begin = (): void => {
    // What was typed may rest for a moment yet.
    changeTable({ filter: text });
    openDialog('runFilters');
  };
  const item = (id: string, title: string, disabled: boolean): MenuEntry => ({
    ...{ kind: 'item', id, title, disabled, run: begin },
  });
  return [
    ...(own.length > 0 ? own : [{ kind: 'label', title: 'No filter is kept yet' } as const]),
    { kind: 'line' },
    item('keep', 'Keep this filter…', text === ''),
    ...(own.length > 0 ? [item('forget', 'Forget filters…', false)] : []),
  ];
}
