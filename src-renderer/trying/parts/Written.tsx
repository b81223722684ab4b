/** A run goes on with a text: how it is drawn, and what it wrote. */
import { useStore } from 'zustand';
import { Button } from '#renderer/ui/Button.tsx';
import { NumberField, type NumberSpec } from '#renderer/ui/NumberField.tsx';
import '#renderer/ui/form.css';
import { trying, writer } from '../services.ts';
import type { WriteSettings } from '../writeStore.ts';

interface Setting extends NumberSpec {
  readonly name: keyof WriteSettings;
  readonly label: string;
  readonly help: string;
}

const SETTINGS: readonly Setting[] = [
  {
    ...{ name: 'count', label: 'Length', integer: true, min: 1, max: 5000 },
    help: 'How many tokens are written.',
  },
  {
    ...{ name: 'temperature', label: 'Temperature', integer: false, min: 0, max: 5 },
    help: '0 takes the likeliest token each time, 1 draws as the network learned; above, the unlikely is written more often.',
  },
  {
    ...{ name: 'topK', label: 'Top-k', integer: true, min: 0, max: 4096, zero: 'All' },
    help: 'Only so many likeliest tokens are drawn from.',
  },
  {
    ...{ name: 'seed', label: 'Seed', integer: true, min: 0 },
    help: 'The same seed writes the same text; another one another.',
  },
];

export function Written() {
  const { input, runId, which } = useStore(trying.store);
  const { settings, written, isWriting, problem } = useStore(writer.store);
  const beginning = input?.kind === 'text' ? input.text : '';
  const write = (): void => {
    if (runId === null) return;
    void writer.write({ runId, ...(which !== undefined && { which }) }, beginning);
  };
  const another = (): void => {
    writer.set({ seed: settings.seed + 1 });
    write();
  };
  const shown = written?.runId === runId ? written : null;
  return (
    <section className="try-part" aria-label="What it writes" aria-busy={isWriting}>
      <header className="try-head">
        <h3>What it writes</h3>
        {shown && (
          <Button small variant="quiet" icon="dice" disabled={isWriting} onClick={another}>
            Another text
          </Button>
        )}
      </header>
      <div className="form">
        {SETTINGS.map(({ name, label, help, ...spec }) => (
          <label key={name} className="form-row" title={help}>
            <span className="form-label">{label}</span>
            <div className="form-control">
              <NumberField
                small
                {...spec}
                label={label}
                value={settings[name]}
                onChange={(value) => writer.set({ [name]: value })}
              />
            </div>
          </label>
        ))}
      </div>
      <Button disabled={isWriting || runId === null} onClick={write}>
        {isWriting ? 'Writing…' : 'Write'}
      </Button>
      {problem && (
        <p className="try-problem" role="alert">
          {problem.message} {problem.explanation}
        </p>
      )}
      {shown && (
        <>
          <p className="try-written" tabIndex={0} role="group" aria-label="Text">
            <span>{shown.beginning}</span>
            {shown.text}
          </p>
          {shown.notes.map((each) => (
            <p key={each} className="try-note">
              {each}
            </p>
          ))}
        </>
      )}
    </section>
  );
}
