/** What the run answers, every head of it: classes by how likely they are, numbers in the units of the data. */
import { useStore } from 'zustand';
import type { ToldAnswer } from '#engine/protocol/ownSamples.ts';
import { Thumb } from '#renderer/data/pictures/Thumb.tsx';
import { formatInteger, formatNumber, formatPercent } from '#renderer/ui/format.ts';
import { trying } from '../services.ts';
import { GotView } from './GotView.tsx';

const MOST_BARS = 10;
const MOST_VALUES = 24;
const DIGITS = 5;
/** As large as the picture that was asked about. */
const PICTURE_PX = 128;

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
      {!isAlone && !(saysName(answer) && answer.name === answer.loss) && <h4>{answer.loss}</h4>}
      <Told answer={answer} />
    </div>
  );
}

/** Lists and pictures stand without the name of what they answer. */
const saysName = (answer: ToldAnswer): boolean => answer.kind !== 'numbers' || answer.count === 1;

function Told({ answer }: { readonly answer: ToldAnswer }) {
  switch (answer.kind) {
    case 'classes':
      return <Classes answer={answer} />;
    case 'labels':
      return <Labels answer={answer} />;
    case 'numbers':
      return <Numbers answer={answer} />;
  }
}

const isYes = (probability: number): boolean => probability > 0.5;

/** A bar for each, in the order of the data: which ones the sample is taken to have is told before them. */
function Labels({ answer }: { readonly answer: Extract<ToldAnswer, { kind: 'labels' }> }) {
  const yes = answer.labels.filter(({ probability }) => isYes(probability));
  const shown = answer.labels.slice(0, MOST_VALUES);
  const more = answer.count - shown.length;
  return (
    <>
      <p className="try-best" aria-live="polite">
        <span>{answer.name}</span>{' '}
        <b>{yes.length > 0 ? yes.map(({ name }) => name).join(', ') : 'none'}</b>
      </p>
      <Bars shares={shown} isSaid={isYes} />
      {more > 0 && <p className="try-note">And {formatInteger(more)} more.</p>}
    </>
  );
}

interface Share {
  readonly name: string;
  readonly probability: number;
}

function Bars(props: {
  readonly shares: readonly Share[];
  readonly isSaid: (probability: number) => boolean;
}) {
  const { shares, isSaid } = props;
  return (
    <ol className="try-bars">
      {shares.map(({ name, probability }) => (
        <li key={name} data-said={isSaid(probability) || undefined}>
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
      <Bars shares={shown} isSaid={(probability) => probability === best?.probability} />
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
  if (answer.picture) {
    const { shape, pixels } = answer.picture;
    const [, height, width] = shape;
    const size = `${formatInteger(height)} by ${formatInteger(width)}`;
    return (
      <figure className="try-answered-picture">
        <Thumb {...{ pixels, shape }} size={PICTURE_PX} label={`${answer.name}, ${size}`} />
        {/* Without a name in the data it has its loss's, which says nothing of what is seen. */}
        {answer.name !== answer.loss && <figcaption>{answer.name}</figcaption>}
      </figure>
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
