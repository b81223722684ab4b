/** The sample itself: cells of a row, numbers, a text, the last rows of a series, a picture. */
import { useStore } from 'zustand';
import type { TryForm } from '#engine/protocol/appContract.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { trying } from '../services.ts';
import { NumbersForm } from './NumbersForm.tsx';
import { PictureForm } from './PictureForm.tsx';
import { RowForm } from './RowForm.tsx';

type Asked = Exclude<TryForm, { readonly kind: 'none' }>;

export function OwnInputForm({ form }: { readonly form: Asked }) {
  const { example, noExample, problem } = useStore(trying.store);
  const hasExamples = form.kind !== 'text';
  return (
    <section className="try-part" aria-label="Your sample">
      <header className="try-head">
        <h3>{form.kind === 'text' && form.writes ? 'How it begins' : 'Your sample'}</h3>
        {hasExamples && noExample === null && (
          <Button small variant="quiet" icon="dice" onClick={() => void trying.another()}>
            {form.kind === 'row' ? 'Another row' : 'Another sample'}
          </Button>
        )}
      </header>
      <Fields form={form} />
      {example && (
        <p className="try-note">
          {example.part === 'validation' ? 'From the validation data' : 'From the training data'}
          {example.expected !== null && form.target && (
            <>
              , where {form.target.name} is <b>{example.expected}</b>
            </>
          )}
          .
        </p>
      )}
      {noExample && <p className="try-note">The data is not there: {noExample.message}</p>}
      {problem && (
        <p className="try-problem" role="alert">
          {problem.message} {problem.explanation}
        </p>
      )}
    </section>
  );
}

function Fields({ form }: { readonly form: Asked }) {
  const input = useStore(trying.store, (state) => state.input);
  switch (form.kind) {
    case 'row':
      return <RowForm columns={form.columns} />;
    case 'numbers':
      return <NumbersForm names={form.names} />;
    case 'picture':
      return <PictureForm shape={form.shape} />;
    case 'text':
    case 'series': {
      const { kind } = form;
      const text = input?.kind === kind ? input.text : '';
      return (
        <textarea
          className={kind === 'series' ? 'try-text mono' : 'try-text'}
          aria-label={kind === 'series' ? 'Last rows of the series' : 'Text'}
          placeholder={
            kind === 'series'
              ? `${form.columns.join(',')}\nThe last ${form.window} rows, as CSV`
              : 'Type or paste a text'
          }
          rows={kind === 'series' ? 8 : 4}
          value={text}
          spellCheck={kind === 'text'}
          onChange={({ target }) => trying.change({ kind, text: target.value })}
        />
      );
    }
  }
}
