/** How the network is trained; the fields of the training bar and the ones used more rarely. */
import { monitorKeys, monitorOf } from '#engine/check/monitor.ts';
import { metricName } from '#engine/metrics/names.ts';
import { useStore } from 'zustand';
import type { TrainingSettings } from '#engine/ir/document.ts';
import { documentStore } from '../state/document.ts';
import { useLockedReason } from '../state/useRunDifferences.ts';
import { Section } from '../ui/Section.tsx';
import { Select } from '../ui/Select.tsx';
import { Switch } from '../ui/Switch.tsx';
import { setTraining } from '../training/settings.ts';
import { ObjectivesSection } from './ObjectivesSection.tsx';
import { NumberRow, Row } from './Rows.tsx';

type Clip = NonNullable<TrainingSettings['gradientClip']>;
type Stopping = NonNullable<TrainingSettings['earlyStopping']>;

const DEFAULT_EMA = { decay: 0.999, evaluate: true };
const DEFAULT_CLIP: Clip = { kind: 'norm', max: 1 };
const DEFAULT_STOPPING: Stopping = { patience: 5, minDelta: 0 };

/** Select has no empty value. */
const AUTOMATIC = 'automatic';

function MonitorRow() {
  const training = useStore(documentStore, (state) => state.document.training);
  const analysis = useStore(documentStore, (state) => state.analysis);
  const keys = monitorKeys(analysis.heads);
  const { monitor } = training;
  const known = monitor === null || keys.includes(monitor) ? keys : [...keys, monitor];
  const usual = monitorOf({ monitor: null }, analysis);
  return (
    <Row
      label="Watches"
      help="The metric of validation that says which epoch is best: for the best checkpoint, early stopping and rates that fall on a plateau."
    >
      <Select
        label="Watches"
        value={monitor ?? AUTOMATIC}
        options={[
          { value: AUTOMATIC, label: `Automatic: ${usual ? metricName(usual.key).label : 'none'}` },
          ...known.map((key) => ({ value: key, label: metricName(key).label })),
        ]}
        onChange={(key) =>
          setTraining({ monitor: key === AUTOMATIC ? null : key }, 'Set the watched metric')
        }
      />
    </Row>
  );
}

const PRECISIONS = [
  { value: 'float32', label: '32-bit' },
  { value: 'float16', label: '16-bit activations' },
] as const;

export function TrainingSection() {
  const training = useStore(documentStore, (state) => state.document.training);
  const reason = useLockedReason();
  const locked = reason !== null;
  const { epochs, batchSize, seed, split, shuffle, dropLast } = training;
  const { accumulateSteps, ema, gradientClip, earlyStopping, precision, threads } = training;
  return (
    <>
      {locked && <p className="locked-reason">{reason}</p>}
      <ObjectivesSection />
      <Section id="training" title="Training" fact={`${epochs} epochs`}>
        <div className="form">
          <NumberRow
            label="Epochs"
            help="How often every training sample is seen."
            integer
            min={1}
            max={100_000}
            value={epochs}
            disabled={locked}
            onChange={(value, kind) => setTraining({ epochs: value }, 'Set epochs', kind)}
          />
          <NumberRow
            label="Batch size"
            help="Samples per step."
            integer
            min={1}
            max={65_536}
            value={batchSize}
            disabled={locked}
            onChange={(value, kind) => setTraining({ batchSize: value }, 'Set batch size', kind)}
          />
          <NumberRow
            label="Accumulate"
            help="Batches whose gradients make one update: as one batch of so many times the size, in the memory of one."
            integer
            min={1}
            max={10_000}
            unit="batches"
            value={accumulateSteps}
            disabled={locked}
            onChange={(value, kind) =>
              setTraining({ accumulateSteps: value }, 'Set accumulation', kind)
            }
          />
          <NumberRow
            label="Seed"
            help="Same seed, same numbers: weights, dropout, noise and order of samples follow from it."
            integer
            min={0}
            max={0xffff_ffff}
            value={seed}
            disabled={locked}
            onChange={(value, kind) => setTraining({ seed: value }, 'Set seed', kind)}
          />
          <NumberRow
            label="Validation"
            help="Share of the training data that is kept back to measure on."
            integer={false}
            min={0}
            max={0.9}
            value={split.validation}
            disabled={locked}
            onChange={(validation, kind) =>
              setTraining({ split: { ...split, validation } }, 'Set validation share', kind)
            }
          />
          <NumberRow
            label="Test"
            help="Share of all data kept for the end. Ignored where the source has a test part of its own."
            integer={false}
            min={0}
            max={0.9}
            value={split.test}
            disabled={locked}
            onChange={(test, kind) =>
              setTraining({ split: { ...split, test } }, 'Set test share', kind)
            }
          />
          <Row label="Shuffle" help="A new order of the samples in every epoch.">
            <Switch
              label="Shuffle"
              checked={shuffle}
              onChange={(next) => setTraining({ shuffle: next }, 'Set shuffling')}
            />
          </Row>
          <Row
            label="Drop last batch"
            help="Leaves out the last batch of an epoch where it is smaller than the others. Batch norm cannot learn from a batch of one."
          >
            <Switch
              label="Drop last batch"
              checked={dropLast}
              onChange={(next) => setTraining({ dropLast: next }, 'Set dropping the last batch')}
            />
          </Row>
          <NumberRow
            label="Threads"
            help="Of the CPU engine. Automatic (0) takes one per physical core."
            integer
            zero="Automatic"
            min={0}
            max={256}
            value={threads}
            disabled={locked}
            onChange={(value, kind) => setTraining({ threads: value }, 'Set threads', kind)}
          />
          <Row
            label="Precision"
            help="16-bit floats halve the memory that activations take on a GPU; weights and sums stay 32-bit, and the loss is scaled so that small gradients survive. The CPU always uses 32 bits."
          >
            <Select
              label="Precision"
              value={precision}
              options={PRECISIONS}
              disabled={locked}
              onChange={(next) => setTraining({ precision: next }, 'Set precision')}
            />
          </Row>
          <Row
            label="Average weights"
            help="Keeps a moving average of the weights. It is what is evaluated, shown and saved; training goes on with the weights themselves."
          >
            <Switch
              label="Average weights"
              checked={ema !== null}
              onChange={(on) => setTraining({ ema: on ? DEFAULT_EMA : null }, 'Set averaging')}
            />
          </Row>
          {ema && (
            <NumberRow
              label="Decay"
              help="Share of the average that is kept at each update."
              integer={false}
              min={0}
              max={0.999999}
              value={ema.decay}
              disabled={locked}
              onChange={(decay, kind) =>
                setTraining({ ema: { ...ema, decay } }, 'Set averaging', kind)
              }
            />
          )}
          <Row label="Clip gradients" help="Limits how far one step can go, against bursts.">
            <Switch
              label="Clip gradients"
              checked={gradientClip !== null}
              onChange={(on) =>
                setTraining({ gradientClip: on ? DEFAULT_CLIP : null }, 'Set gradient clipping')
              }
            />
          </Row>
          {gradientClip && (
            <>
              <Row label="By" help="The norm of all gradients together, or each value by itself.">
                <Select
                  label="Clip by"
                  value={gradientClip.kind}
                  options={[
                    { value: 'norm', label: 'Norm' },
                    { value: 'value', label: 'Value' },
                  ]}
                  onChange={(kind) =>
                    setTraining({ gradientClip: { ...gradientClip, kind } }, 'Set clipping')
                  }
                />
              </Row>
              <NumberRow
                label="At most"
                help="Norms or values above are scaled down to it."
                integer={false}
                min={1e-6}
                value={gradientClip.max}
                disabled={locked}
                onChange={(max, kind) =>
                  setTraining({ gradientClip: { ...gradientClip, max } }, 'Set clipping', kind)
                }
              />
            </>
          )}
          <MonitorRow />
          <Row
            label="Stop early"
            help="Ends the run when validation has not improved for some epochs."
          >
            <Switch
              label="Stop early"
              checked={earlyStopping !== null}
              onChange={(on) =>
                setTraining({ earlyStopping: on ? DEFAULT_STOPPING : null }, 'Set early stopping')
              }
            />
          </Row>
          {earlyStopping && (
            <>
              <NumberRow
                label="Patience"
                help="Epochs without improvement before it stops."
                integer
                min={1}
                value={earlyStopping.patience}
                unit="epochs"
                disabled={locked}
                onChange={(patience, kind) =>
                  setTraining(
                    { earlyStopping: { ...earlyStopping, patience } },
                    'Set patience',
                    kind,
                  )
                }
              />
            </>
          )}
        </div>
      </Section>
    </>
  );
}
