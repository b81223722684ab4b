/** What the run answers, every head of it: classes by how likely they are, numbers in the units of the data. */
import { useStore } from 'zustand';
import type { ToldAnswer } from '#engine/protocol/ownSamples.ts';
import { formatInteger, formatNumber, formatPercent } from '#renderer/ui/format.ts';
import { trying } from '../services.ts';
import { GotView } from './GotView.tsx';

const MOST_BARS = 10;
const MOST_VALUES = 24;
const DIGITS = 5;

export function Answers() {
  const { answer, isAsking } = useStore(trying.store);
  return (
    <section className="try-part" aria-label="Answer" aria-busy={isAsking}>
      <header className="try-head">
        <h3>Answer</h3>
        {answer && (
          <small>
            {answer.weights.which}, step {formatInteger(answer.weights.step)}
          </small>
        )}
      </header>
      {!answer && (
        <p className="try-none">{isAsking ? 'Asking the run.' : 'Nothing to answer yet.'}</p>
      )}
      {answer?.answers.map((each) => (
        <Answer key={each.loss} answer={each} isAlone={answer.answers.length === 1} />
      ))}
      {answer?.notes.map((note) => (
        <p key={note} className="try-note">
          {note}
        </p>
      ))}
      {answer && <GotView got={answer.got} />}
    </section>
  );
}

function Answer(props: { readonly answer: ToldAnswer; readonly isAlone: boolean }) {
  const { answer, isAlone } = props;
  return (
    <div className="try-answer">
      {!isAlone && <h4>{answer.loss}</h4>}
      {answer.kind === 'classes' ? <Classes answer={answer} /> : <Numbers answer={answer} />}
    </div>
  );
}

function Classes({ answer }: { readonly answer: Extract<ToldAnswer, { kind: 'classes' }> }) {
  const [best] = answer.classes;
  const shown = answer.classes.slice(0, MOST_BARS);
  const more = answer.count - shown.length;
  return (
    <>
      <p className="try-best" aria-live="polite">
        <span>{answer.name}</span> <b>{best?.name}</b>{' '}
        <em>{formatPercent(best?.probability ?? Number.NaN)}</em>
      </p>
      <ol className="try-bars">
        {shown.map(({ name, probability }) => (
          <li key={name}>
            <span className="try-bar-name" title={name}>
              {name}
            </span>
            <span className="try-bar" aria-hidden="true">
              <i style={{ width: `${Math.max(0, Math.min(1, probability)) * 100}%` }} />
            </span>
            <span className="try-bar-value">{formatPercent(probability)}</span>
          </li>
        ))}
      </ol>
      {more > 0 && <p className="try-note">And {formatInteger(more)} less likely ones.</p>}
    </>
  );
}

function Numbers({ answer }: { readonly answer: Extract<ToldAnswer, { kind: 'numbers' }> }) {
  const [first] = answer.values;
  if (answer.count === 1 && first) {
    return (
      <p className="try-best" aria-live="polite">
        <span>{answer.name}</span> <b>{formatNumber(first.value, DIGITS)}</b>
      </p>
    );
  }
  const shown = answer.values.slice(0, MOST_VALUES);
  const more = answer.count - shown.length;
  return (
    <>
      <dl className="try-values">
        {shown.map(({ name, value }) => (
          <div key={name}>
            <dt title={name}>{name}</dt>
            <dd>{formatNumber(value, DIGITS)}</dd>
          </div>
        ))}
      </dl>
      {more > 0 && <p className="try-note">And {formatInteger(more)} more.</p>}
    </>
  );
}
