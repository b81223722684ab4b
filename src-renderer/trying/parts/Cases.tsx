/** Samples that are kept with what is right about them, and how the chosen run does on them. */
import { useState } from 'react';
import { useStore } from 'zustand';
import type { CaseResult, TryCase, TryForm } from '#engine/protocol/appContract.ts';
import { Button, IconButton } from '#renderer/ui/Button.tsx';
import { formatPercent } from '#renderer/ui/format.ts';
import { Icon } from '#renderer/ui/Icon.tsx';
import '#renderer/ui/field.css';
import { trying } from '../services.ts';

type Asked = Exclude<TryForm, { readonly kind: 'none' }>;

export function Cases({ form }: { readonly form: Asked }) {
  const { cases, results, isRunning, deleted, caseFailure } = useStore(trying.store);
  const judged = [...results.values()].filter(
    ({ outcome }) => outcome === 'passed' || outcome === 'failed',
  );
  const passed = judged.filter(({ outcome }) => outcome === 'passed').length;
  return (
    <section className="try-part try-cases" aria-label="Cases" aria-busy={isRunning}>
      <header className="try-head">
        <h3>Cases</h3>
        {judged.length > 0 && (
          <small>
            {passed} of {judged.length} right
          </small>
        )}
      </header>
      {cases.length === 0 && (
        <p className="try-none">
          Keep samples that matter to you: each run of this project is then judged by them.
        </p>
      )}
      {cases.length > 0 && (
        <ul className="try-case-list">
          {cases.map((kept) => (
            <Case key={kept.id} kept={kept} result={results.get(kept.id) ?? null} />
          ))}
        </ul>
      )}
      {deleted && (
        <p className="try-note">
          “{deleted.name}” was deleted.{' '}
          <button type="button" className="try-link" onClick={() => void trying.putBack()}>
            Put it back
          </button>
        </p>
      )}
      {caseFailure && (
        <p className="try-problem" role="alert">
          {caseFailure.message}
        </p>
      )}
      <KeepCase form={form} count={cases.length} />
    </section>
  );
}

const OUTCOMES: Readonly<
  Record<
    CaseResult['outcome'],
    { readonly icon: 'check' | 'close' | 'info' | 'warning'; readonly word: string }
  >
> = {
  passed: { icon: 'check', word: 'Right' },
  failed: { icon: 'close', word: 'Wrong' },
  answered: { icon: 'info', word: 'Nothing expected' },
  refused: { icon: 'warning', word: 'Not answered' },
};

function Case({ kept, result }: { readonly kept: TryCase; readonly result: CaseResult | null }) {
  const outcome = result && OUTCOMES[result.outcome];
  const answer = result?.answer ?? result?.problem?.message ?? '';
  return (
    <li className={result ? `try-case ${result.outcome}` : 'try-case'}>
      <span className="try-case-mark" title={outcome?.word}>
        {outcome && <Icon name={outcome.icon} size={12} />}
        <span className="visually-hidden">{outcome?.word}</span>
      </span>
      <button
        type="button"
        className="try-case-name"
        title={kept.name}
        onClick={() => trying.open(kept)}
      >
        {kept.name}
      </button>
      <span className="try-case-answer" title={answer}>
        {answer}
        {result?.probability !== undefined && ` ${formatPercent(result.probability, 0)}`}
        {result?.outcome === 'failed' && <small> not {kept.expected}</small>}
      </span>
      <IconButton
        small
        icon="trash"
        label={`Delete ${kept.name}`}
        onClick={() => void trying.remove(kept)}
      />
    </li>
  );
}

/** What is expected is proposed: what the data says of a sample of its own. */
function KeepCase({ form, count }: { readonly form: Asked; readonly count: number }) {
  const { input, example, problem } = useStore(trying.store);
  const [name, setName] = useState('');
  const [expected, setExpected] = useState<string | null>(null);
  const proposed = expected ?? example?.expected ?? '';
  const shownName = name.trim() === '' ? `Case ${count + 1}` : name.trim();
  const classes = form.target?.classes;
  const isUnknown =
    classes !== undefined && proposed.trim() !== '' && !classes.includes(proposed.trim());
  const save = async (): Promise<void> => {
    await trying.keep({
      name: shownName,
      expected: proposed.trim() === '' ? null : proposed.trim(),
    });
    setName('');
    setExpected(null);
  };
  return (
    <form
      className="try-keep"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <label className="field small">
        <span className="visually-hidden">Name of the case</span>
        <input
          value={name}
          maxLength={200}
          placeholder={`Case ${count + 1}`}
          onChange={({ target }) => setName(target.value)}
        />
      </label>
      <label className={isUnknown ? 'field small invalid' : 'field small'}>
        <span className="visually-hidden">Expected {form.target?.name ?? 'answer'}</span>
        <input
          value={proposed}
          maxLength={1000}
          placeholder={form.target ? `${form.target.name} expected` : 'expected'}
          onChange={({ target }) => setExpected(target.value)}
        />
        {isUnknown && <span className="unit">no class</span>}
      </label>
      <Button small type="submit" disabled={!input || problem !== null || isUnknown}>
        Keep case
      </Button>
    </form>
  );
}
