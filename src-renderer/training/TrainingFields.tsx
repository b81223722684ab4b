/** What a run will be trained with, label over value, edited in place; locked while a run uses it. */
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import type { JsonValue } from '#engine/ir/attrs.ts';
import { attrLabel } from '#engine/ir/readAttrs.ts';
import { optimizers } from '#engine/optimizers/index.ts';
import { SweepScope, SweepThis, useSweptField } from '../inspector/SweepThis.tsx';
import { useDocument, useDocuments } from '../state/documentSession.ts';
import { runStore, shownRun } from '../state/runs.ts';
import { useLockedReason, useRanWith } from '../state/useRunDifferences.ts';
import { choiceOptions, numberSpec, typeOptions } from '../ui/attrControls.ts';
import { NumberField, type ChangeKind, type NumberFieldProps } from '../ui/NumberField.tsx';
import { Select } from '../ui/Select.tsx';
import { BAR_SETTINGS, type BarSetting } from './barSettings.ts';
import { dataSources, deviceText } from './dataAndDevice.ts';
import { ObjectiveBadge } from './ObjectiveBadge.tsx';
import { objectiveMarks } from './objectives.ts';
import {
  chooseOptimizer,
  learningRateOf,
  learningRateSpec,
  objectiveOf,
  setLearningRate,
  setTraining,
} from './settings.ts';
import './TrainingFields.css';

function Field(props: {
  readonly label: string;
  /** Gives way, in a narrow window, to what a broken run has to say. */
  readonly yields?: boolean;
  /** What the run on show had instead. */
  readonly ran?: string | undefined;
  /** Its name in the document, where it can be swept. */
  readonly swept?: string;
  readonly children: ReactNode;
}) {
  const { swept } = props;
  const field = useSweptField(swept ?? '');
  return (
    <div
      className={props.yields === true ? 'training-field yields' : 'training-field'}
      {...(swept === undefined ? {} : field)}
    >
      <small aria-hidden="true">
        {props.label}
        {props.ran !== undefined && (
          <em title={`The run on show had ${props.ran}`}> was {props.ran}</em>
        )}
      </small>
      {swept !== undefined && <SweepThis name={swept} label={props.label} />}
      {props.children}
    </div>
  );
}

type NumberProps = Omit<NumberFieldProps, 'small'> & {
  readonly yields?: boolean;
  readonly ran?: string | undefined;
  readonly swept: string;
};
function NumberSetting({ yields, ran, swept, ...props }: NumberProps) {
  // As wide as its digits, so that the row of fields stays short.
  const width = `${Math.max(2, String(props.value).length) + 1}ch`;
  return (
    <Field label={props.label} yields={yields ?? false} ran={ran} swept={swept}>
      <div style={{ width, minWidth: '4ch' }}>
        <NumberField small {...props} />
      </div>
    </Field>
  );
}

interface FieldProps {
  readonly locked: boolean;
  readonly ran: ReadonlyMap<string, string>;
}

/** Where the settings of the bar lie. */
const TRAINING = ['training.'];

export function TrainingFields() {
  const reason = useLockedReason();
  const ran = useRanWith();
  const locked = reason !== null;
  return (
    <div className="training-fields" title={reason ?? undefined}>
      <DataField />
      <SweepScope paths={TRAINING}>
        {BAR_SETTINGS.map((each) => (
          <BarField key={each.name} bar={each} locked={locked} ran={ran} />
        ))}
      </SweepScope>
    </div>
  );
}

function BarField({ bar, locked, ran }: FieldProps & { readonly bar: BarSetting }) {
  const documents = useDocuments();
  const { name, setting, label, yields } = bar;
  const value = useDocument((state) => state.document.training[name]);
  const used = useStore(runStore, (state) => {
    const run = shownRun(state);
    return run && name === 'device' ? deviceText(run) : '';
  });
  const change = (next: JsonValue, kind: ChangeKind): void =>
    setTraining(documents, { [name]: next }, `Set ${attrLabel(name, setting).toLowerCase()}`, kind);
  switch (setting.kind) {
    case 'list':
      return <ObjectiveFields locked={locked} ran={ran} />;
    case 'int':
    case 'number':
      return (
        <NumberSetting
          {...numberSpec(setting)}
          label={label}
          swept={name}
          ran={ran.get(name)}
          yields={yields}
          value={value as number}
          disabled={locked}
          onChange={change}
        />
      );
    case 'choice':
      return (
        <Field label={label} yields={yields} swept={name}>
          {locked && used !== '' ? (
            <span className="training-value">{used}</span>
          ) : (
            <Select
              small
              label={label}
              value={value as string}
              options={choiceOptions(setting)}
              disabled={locked}
              onChange={(next) => change(next, 'done')}
            />
          )}
        </Field>
      );
    default:
      throw new Error(`the training bar has no control for ${setting.kind}`);
  }
}

/** The optimiser and its rate; of several objectives each with its own. */
function ObjectiveFields({ locked, ran }: FieldProps) {
  const documents = useDocuments();
  const document = useDocument((state) => state.document);
  const { objectives } = document.training;
  if (objectives.length > 1) return <RatesOfObjectives locked={locked} />;
  const optimizer = objectives[0]?.optimizer.type ?? '';
  return (
    <>
      <Field label="Optimiser" ran={ran.get('objectives.0.optimizer')} swept="optimizer">
        <Select
          small
          label="Optimiser"
          value={optimizer}
          options={typeOptions(optimizers, optimizer)}
          disabled={locked}
          onChange={(type) => chooseOptimizer(documents, type)}
        />
      </Field>
      <NumberSetting
        {...learningRateSpec(document)}
        label="Learning rate"
        swept="optimizer.lr"
        ran={ran.get('objectives.0.optimizer.lr')}
        value={learningRateOf(document)}
        disabled={locked}
        onChange={(lr, kind) => setLearningRate(documents, lr, kind)}
      />
    </>
  );
}

/** Of several objectives each with its optimiser and its learning rate, which is edited here. */
function RatesOfObjectives({ locked }: { readonly locked: boolean }) {
  const documents = useDocuments();
  const document = useDocument((state) => state.document);
  const analysis = useDocument((state) => state.analysis);
  return objectiveMarks(analysis).map((mark) => (
    <Field key={mark.index} label={mark.name} swept={`objectives.${mark.index}.optimizer.lr`}>
      <span className="training-objective">
        <ObjectiveBadge mark={mark} />
        <span className="training-optimizer">
          {objectiveOf(document, mark.index)?.optimizer.type}
        </span>
        <NumberField
          small
          {...learningRateSpec(document, mark.index)}
          label={`Learning rate of ${mark.name}`}
          value={learningRateOf(document, mark.index)}
          disabled={locked}
          onChange={(lr, kind) => setLearningRate(documents, lr, kind, mark.index)}
        />
      </span>
    </Field>
  ));
}

/** Names the source; pressing it selects the node that holds it, where it is changed. */
function DataField() {
  const documents = useDocuments();
  const analysis = useDocument((state) => state.analysis);
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
            documents.select({ nodes: new Set(sources.map(({ id }) => id)), wires: new Set() })
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
