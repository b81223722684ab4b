/**
 * "Sweep this" at a field of a form or of the training bar: the dialog with that setting in it. Forms say where their fields
 * lie in the document (SweepScope); a field knows its name. The button shows while the row is pointed at or has
 * the focus; with keys it is the command `sweeps.this`, of the field that last had the focus.
 */
import { createContext, useContext, useMemo, type ReactNode } from 'react';
import { toast } from 'sonner';
import { createStore } from 'zustand/vanilla';
import { type FieldOfForm, sweepLine } from '#engine/search/index.ts';
import { openDialog } from '../app/appStore.ts';
import { documentStore } from '../state/document.ts';
import { draftSubject } from '../sweeps/startSweep.ts';
import { IconButton } from '../ui/Button.tsx';
import './SweepThis.css';

/** Paths up to the name of a field; several where it sets the same in several nodes. Null: not searched. */
const Scope = createContext<readonly string[] | null>(null);

/** `below`: of the scope around it; `paths`: a scope of its own, of nothing where they are null. */
export function SweepScope(props: {
  readonly paths?: readonly string[] | null;
  readonly below?: string;
  readonly children: ReactNode;
}) {
  const { paths, below = '', children } = props;
  const outer = useContext(Scope);
  const key = (paths === undefined ? outer : paths)?.join('\n') ?? null;
  const scope = useMemo(
    () => (key === null ? null : key.split('\n').map((path) => `${path}${below}`)),
    [key, below],
  );
  return <Scope value={scope}>{children}</Scope>;
}

interface SweptField {
  readonly paths: readonly string[];
  readonly field: FieldOfForm | undefined;
}

const lineOf = ({ paths, field }: SweptField): string | null =>
  sweepLine(documentStore.getState().document, paths, field);

/** The one that had the focus last. */
const fieldStore = createStore<SweptField>(() => ({ paths: [], field: undefined }));

export const lineOfField = (): string | null => lineOf(fieldStore.getState());

export const openSweepOf = (line: string): void =>
  openDialog('sweep', draftSubject({ texts: [line] }));

/** In the row of a field; nothing where its form is of no part of the document. */
export function SweepThis(props: {
  readonly name: string;
  readonly label: string;
  readonly field?: FieldOfForm;
}) {
  const { name, label, field } = props;
  const scope = useContext(Scope);
  if (scope === null) return null;
  const paths = scope.map((path) => `${path}${name}`);
  const open = (): void => {
    const line = lineOf({ paths, field });
    if (line !== null) openSweepOf(line);
    else toast.error(`There are no two values of ${label} that could be tried.`);
  };
  return (
    <IconButton
      small
      icon="sweep"
      iconSize={12}
      className="sweep-this"
      label={`Sweep ${label}`}
      tip="Sweep this: train with several values of it"
      keys="$mod+Alt+s"
      tabIndex={-1}
      onClick={open}
    />
  );
}

/** For the element around a field: remembers it as the one that was last in use. */
export function useSweptField(
  name: string,
  field?: FieldOfForm,
): { readonly onFocus?: () => void } {
  const scope = useContext(Scope);
  if (scope === null) return {};
  const paths = scope.map((path) => `${path}${name}`);
  return { onFocus: () => fieldStore.setState({ paths, field }) };
}
