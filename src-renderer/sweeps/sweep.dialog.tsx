/** A sweep is chosen from what suits the document, changed where that is wanted, and begun. */
import { useMemo, useState } from 'react';
import { toast } from 'sonner';
import type { NetworkDocument } from '#engine/ir/document.ts';
import { errorMessage, errorSentence } from '#engine/ir/errors.ts';
import { searchProposals, stoppingRules, strategies } from '#engine/search/index.ts';
import { closeDialog } from '../app/appStore.ts';
import { defineDialog, type DialogProps } from '../app/defineDialog.ts';
import { documentStore } from '../state/document.ts';
import { showView } from '../state/frontView.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { formatCount } from '../ui/format.ts';
import { NumberField } from '../ui/NumberField.tsx';
import { Select } from '../ui/Select.tsx';
import { showSweep, SWEEPS_VIEW } from './shownSweep.ts';
import { AddSetting } from './AddSetting.tsx';
import { draftOf, startSweep, type SweepDraft, trialsOf } from './startSweep.ts';
import '../ui/form.css';
import './sweeps.css';

const NONE = 'none';

interface Reading {
  /** It can be begun. */
  readonly ok: boolean;
  /** What is there cannot be read; nothing at all is not wrong. */
  readonly isWrong: boolean;
  readonly text: string;
}

/** `subject`: what to begin with (draftSubject), such as the setting whose field was asked. */
function SweepDialog({ subject }: DialogProps) {
  const { document } = documentStore.getState();
  // Each fold comes before the next seed.
  const { folds } = document.training.split;
  const repeats = folds > 1 ? 'Folds' : 'Seeds';
  const [proposals] = useState(() => searchProposals(document));
  const [chosen, setChosen] = useState<string | null>(null);
  const [draft, setDraft] = useState<SweepDraft>(() => draftOf(subject));
  const [isBusy, setBusy] = useState(false);
  const change = (part: Partial<SweepDraft>): void => setDraft({ ...draft, ...part });
  // Asks of every value whether it trains.
  const reading = useMemo(() => read(document, draft), [document, draft]);
  const start = async (): Promise<void> => {
    setBusy(true);
    try {
      const { id } = await startSweep(document, draft);
      closeDialog();
      showSweep(id);
    } catch (error) {
      toast.error(errorMessage(error));
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      wide
      onClose={closeDialog}
      title="Sweep"
      description="Trains the network with many settings. Each trial is a run like any other."
      footer={
        <>
          <span className={`${reading.isWrong ? 'danger' : 't2'} sweep-count`} role="status">
            {reading.text}
          </span>
          <Button
            onClick={() => {
              closeDialog();
              showView(SWEEPS_VIEW);
            }}
          >
            Sweeps so far
          </Button>
          <Button onClick={closeDialog}>Cancel</Button>
          <Button variant="primary" disabled={!reading.ok || isBusy} onClick={() => void start()}>
            Start
          </Button>
        </>
      }
    >
      <div className="sweep-form">
        <ul className="sweep-proposals" aria-label="Proposals">
          {proposals.map((proposal, i) => (
            <li key={proposal.id}>
              <button
                type="button"
                className="sweep-proposal"
                aria-pressed={chosen === proposal.id}
                {...(i === 0 ? { 'data-first': true } : {})}
                onClick={() => {
                  setChosen(proposal.id);
                  const { texts, strategy, seeds, trials } = proposal;
                  change({ texts, strategy, seeds, trials });
                }}
              >
                <strong>{proposal.title}</strong>
                <span className="t2">{proposal.help}</span>
              </button>
            </li>
          ))}
          {proposals.length === 0 && (
            <li className="t2">The network has errors. Mend them, then search.</li>
          )}
        </ul>
        <div>
          <div className="sweep-label">
            <label htmlFor="sweep-varies">What varies, a setting a line</label>
            <AddSetting
              document={document}
              texts={draft.texts}
              onAdd={(line) => change({ texts: [...draft.texts.filter(Boolean), line] })}
            />
          </div>
          <textarea
            id="sweep-varies"
            className="textarea mono"
            rows={5}
            spellCheck={false}
            placeholder={'fc1.outFeatures=32,64,128\nlr=log:1e-4..1e-1'}
            value={draft.texts.join('\n')}
            onChange={(event) => {
              const lines = event.target.value.split('\n');
              change({ texts: lines.length === 1 && lines[0] === '' ? [] : lines });
            }}
          />
          <div className="form sweep-settings">
            <span className="form-label">Method</span>
            <Select
              label="Method"
              value={draft.strategy}
              options={[...strategies.values()].map(({ id, label }) => ({ value: id, label }))}
              onChange={(strategy) => change({ strategy })}
            />
            <span className="form-label">Settings</span>
            <NumberField
              integer
              min={0}
              zero="Automatic"
              label="Settings at most"
              value={draft.trials ?? 0}
              onChange={(trials) => change({ trials: trials === 0 ? null : trials })}
            />
            <span className="form-label">{repeats}</span>
            <NumberField
              integer
              min={1}
              max={100}
              label={repeats}
              {...(folds > 1 ? { unit: `of ${folds}` } : {})}
              value={draft.seeds}
              onChange={(seeds) => change({ seeds })}
            />
            <span className="form-label">Stop early</span>
            <Select
              label="Stop early"
              value={draft.stopping ?? NONE}
              options={[
                { value: NONE, label: 'Never' },
                ...[...stoppingRules.values()].map(({ id, label }) => ({ value: id, label })),
              ]}
              onChange={(stopping) => change({ stopping: stopping === NONE ? null : stopping })}
            />
            <span className="form-label">At most</span>
            <NumberField
              integer={false}
              min={0}
              zero="Any time"
              unit="min"
              label="Minutes"
              value={draft.minutes ?? 0}
              onChange={(minutes) => change({ minutes: minutes === 0 ? null : minutes })}
            />
          </div>
          <p className="t2">{strategies.get(draft.strategy)?.doc}</p>
        </div>
      </div>
    </Dialog>
  );
}

function read(document: NetworkDocument, given: SweepDraft): Reading {
  if (given.texts.length === 0 && given.seeds === 1) {
    return { ok: false, isWrong: false, text: 'Choose a proposal, or write what varies.' };
  }
  try {
    const runs = trialsOf(document, given) * given.seeds;
    return { ok: true, isWrong: false, text: `${formatCount(runs, 'run')} at most` };
  } catch (error) {
    return { ok: false, isWrong: true, text: errorSentence(error) };
  }
}

export default defineDialog({
  id: 'sweep',
  command: {
    id: 'sweeps.new',
    title: 'Sweep…',
    group: 'Training',
    icon: 'sweep',
    keys: ['$mod+Alt+w'],
    keywords: ['search', 'hyperparameters', 'tune', 'grid', 'tpe', 'optuna', 'seeds', 'ablation'],
  },
  Component: SweepDialog,
});
