/** What a run will be trained with, label over value, edited in place; locked while a run uses it. */
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { documentStore } from '../state/document.ts';
import { runStore, shownRun } from '../state/runs.ts';
import { useLockedReason, useRunDifferences } from '../state/useRunDifferences.ts';
import { NumberField, type NumberFieldProps } from '../ui/NumberField.tsx';
import { Select } from '../ui/Select.tsx';
import { ObjectiveBadge } from './ObjectiveBadge.tsx';
import { objectiveMarks } from './objectives.ts';
import { dataSources, DEVICE_OPTIONS, deviceText } from './dataAndDevice.ts';
import {
  chooseOptimizer,
  learningRateOf,
  objectiveOf,
  optimizerOptions,
  setLearningRate,
  setTraining,
} from './settings.ts';

function Field(props: {
  readonly label: string;
  /** Gives way, in a narrow window, to what a broken run has to say. */
  readonly yields?: boolean;
  /** What the run on show had instead. */
  readonly ran?: string | undefined;
  readonly children: ReactNode;
}) {
  return (
    <div className={props.yields === true ? 'training-field yields' : 'training-field'}>
      <small aria-hidden="true">
        {props.label}
        {props.ran !== undefined && (
          <em title={`The run on show had ${props.ran}`}> was {props.ran}</em>
        )}
      </small>
      {props.children}
    </div>
  );
}

type NumberProps = Omit<NumberFieldProps, 'small'> & {
  readonly yields?: boolean;
  readonly ran?: string | undefined;
};
function NumberSetting({ yields, ran, ...props }: NumberProps) {
  // As wide as its digits, so that the row of fields stays short.
  const width = `${Math.max(2, String(props.value).length) + 1}ch`;
  return (
    <Field label={props.label} yields={yields ?? false} ran={ran}>
      <div style={{ width, minWidth: '4ch' }}>
        <NumberField small {...props} />
      </div>
    </Field>
  );
}

export function TrainingFields() {
  const reason = useLockedReason();
  const locked = reason !== null;
  const ran = new Map(useRunDifferences().map(({ key, was }) => [key, was]));
  const document = useStore(documentStore, (state) => state.document);
  const { epochs, batchSize, seed, objectives } = document.training;
  const optimizer = objectives[0]?.optimizer.type ?? '';
  const known = optimizerOptions().map(({ type, label }) => ({ value: type, label }));
  const options = known.some(({ value }) => value === optimizer)
    ? known
    : [...known, { value: optimizer, label: optimizer }];
  return (
    <div className="training-fields" title={reason ?? undefined}>
      <DataField />
      <DeviceField locked={locked} />
      <NumberSetting
        label="Epochs"
        ran={ran.get('epochs')}
        integer
        min={1}
        max={100_000}
        value={epochs}
        disabled={locked}
        onChange={(value, kind) => setTraining({ epochs: value }, 'Set epochs', kind)}
      />
      <NumberSetting
        label="Batch"
        ran={ran.get('batchSize')}
        integer
        min={1}
        max={65_536}
        value={batchSize}
        disabled={locked}
        onChange={(value, kind) => setTraining({ batchSize: value }, 'Set batch size', kind)}
      />
      {objectives.length > 1 ? (
        <ObjectiveFields locked={locked} />
      ) : (
        <>
          <Field label="Optimiser" ran={ran.get('optimizer')}>
            <Select
              small
              label="Optimiser"
              value={optimizer}
              options={options}
              disabled={locked}
              onChange={(type) => chooseOptimizer(type)}
            />
          </Field>
          <NumberSetting
            label="Learning rate"
            ran={ran.get('lr')}
            integer={false}
            logarithmic
            min={0}
            value={learningRateOf(document)}
            disabled={locked}
            onChange={(lr, kind) => setLearningRate(lr, kind)}
          />
        </>
      )}
      <NumberSetting
        label="Seed"
        ran={ran.get('seed')}
        yields
        integer
        min={0}
        max={0xffff_ffff}
        value={seed}
        disabled={locked}
        onChange={(value, kind) => setTraining({ seed: value }, 'Set seed', kind)}
      />
    </div>
  );
}

/** Of several objectives each with its optimiser and its learning rate, which is edited here. */
function ObjectiveFields({ locked }: { readonly locked: boolean }) {
  const document = useStore(documentStore, (state) => state.document);
  const analysis = useStore(documentStore, (state) => state.analysis);
  return objectiveMarks(analysis).map((mark) => (
    <Field key={mark.index} label={mark.name}>
      <span className="training-objective">
        <ObjectiveBadge mark={mark} />
        <span>{objectiveOf(document, mark.index)?.optimizer.type}</span>
        <NumberField
          small
          label={`Learning rate of ${mark.name}`}
          integer={false}
          logarithmic
          min={0}
          value={learningRateOf(document, mark.index)}
          disabled={locked}
          onChange={(lr, kind) => setLearningRate(lr, kind, mark.index)}
        />
      </span>
    </Field>
  ));
}

/** Names the source; pressing it selects the node that holds it, where it is changed. */
function DataField() {
  const analysis = useStore(documentStore, (state) => state.analysis);
  const sources = dataSources(analysis);
  const [first] = sources;
  return (
    <Field label="Data" yields>
      {first ? (
        <button
          type="button"
          className="training-value"
          title="Show the data node"
          onClick={() =>
            documentStore.select({ nodes: new Set(sources.map(({ id }) => id)), wires: new Set() })
          }
        >
          {sources.map(({ source }) => source).join(', ')}
        </button>
      ) : (
        <span className="training-value">none</span>
      )}
    </Field>
  );
}

function DeviceField({ locked }: { readonly locked: boolean }) {
  const device = useStore(documentStore, (state) => state.document.training.device);
  const used = useStore(runStore, (state) => {
    const run = shownRun(state);
    return run ? deviceText(run) : '';
  });
  return (
    <Field label="Device" yields>
      {locked && used !== '' ? (
        <span className="training-value">{used}</span>
      ) : (
        <Select
          small
          label="Device"
          value={device}
          options={DEVICE_OPTIONS}
          disabled={locked}
          onChange={(next) => setTraining({ device: next }, 'Set device')}
        />
      )}
    </Field>
  );
}
