/** One objective: what it makes smaller, what it trains, with which optimiser and which learning rate. */
import type { ObjectivePart } from '#engine/check/objectiveParts.ts';
import type { JsonValue } from '#engine/ir/attrs.ts';
import { readAttrs } from '#engine/ir/readAttrs.ts';
import { objectiveSettings } from '#engine/ir/trainingSettings.ts';
import { optimizers } from '#engine/optimizers/index.ts';
import { schedules } from '#engine/schedules/index.ts';
import { useDocument, useDocuments } from '../state/documentSession.ts';
import { chooseOptimizer, learningRateOf } from '../training/settings.ts';
import { setObjective } from '../training/objectives.ts';
import { typeOptions } from '../ui/attrControls.ts';
import { Formula } from '../ui/Formula.tsx';
import { Select } from '../ui/Select.tsx';
import { ranBelow, useRanWith } from '../state/useRunDifferences.ts';
import { AttrForm } from './AttrForm.tsx';
import { RanWith } from './AttrRow.tsx';
import { lossWeight, LossWeightRow } from './LossWeights.tsx';
import { MemberList } from './MemberList.tsx';
import { Row } from './Rows.tsx';
import { ScheduleCurve } from './ScheduleCurve.tsx';
import { SettingRows } from './SettingRows.tsx';
import { SweepScope } from './SweepThis.tsx';

const TURN = { every: objectiveSettings.every };
const { optimizer: OPTIMIZER, schedule: SCHEDULE } = objectiveSettings;

/** Where the settings of an objective lie: the only one has the short paths. */
function useScopeOf(index: number): readonly string[] {
  const count = useDocument((state) => state.document.training.objectives.length);
  return [count === 1 ? 'training.' : `training.objectives.${index}.`];
}

export function OptimizerForm(props: { readonly part: ObjectivePart; readonly locked: boolean }) {
  const documents = useDocuments();
  const { part, locked } = props;
  const { index, objective } = part;
  const { type, attrs } = objective.optimizer;
  const definition = optimizers.get(type);
  const ran = useRanWith(`objectives.${index}.`);
  const scope = useScopeOf(index);
  return (
    <SweepScope paths={scope}>
      <div className="form">
        <Row label={OPTIMIZER.label} help={OPTIMIZER.help} swept="optimizer">
          <Select
            label="Optimiser"
            value={type}
            options={typeOptions(optimizers, type)}
            disabled={locked}
            onChange={(next) => chooseOptimizer(documents, next, index)}
          />
          <RanWith value={ran.get('optimizer')} />
        </Row>
      </div>
      {definition && (
        <SweepScope below="optimizer.">
          <AttrForm
            schema={definition.attrs}
            values={readAttrs(definition.attrs, attrs).attrs}
            stored={attrs}
            ran={ranBelow(ran, 'optimizer.')}
            disabled={locked}
            onChange={(name, value, kind, label) => {
              const optimizer = { type, attrs: withAttr(attrs, name, value) };
              setObjective(documents, index, { optimizer }, `Set ${label.toLowerCase()}`, kind);
            }}
          />
        </SweepScope>
      )}
      {definition && <Formula source={definition.formula} />}
    </SweepScope>
  );
}

/** Of several: how often it has its turn. */
export function TurnForm({
  part,
  locked,
}: {
  readonly part: ObjectivePart;
  readonly locked: boolean;
}) {
  const documents = useDocuments();
  const { index, objective } = part;
  return (
    <div className="form">
      <SettingRows
        schema={TURN}
        values={objective}
        disabled={locked}
        ran={useRanWith(`objectives.${index}.`)}
        onChange={(name, value, kind) =>
          setObjective(documents, index, { [name]: value }, 'Set how often it is trained', kind)
        }
      />
    </div>
  );
}

export function ScheduleForm(props: { readonly part: ObjectivePart; readonly locked: boolean }) {
  const documents = useDocuments();
  const { part, locked } = props;
  const { index, objective } = part;
  const { schedule } = objective;
  const epochs = useDocument((state) => state.document.training.epochs);
  const base = useDocument((state) => learningRateOf(state.document, index));
  const definition = schedules.get(schedule.type);
  const ran = useRanWith(`objectives.${index}.`);
  const scope = useScopeOf(index);
  return (
    <SweepScope paths={scope}>
      <div className="form">
        <Row label="Schedule" help={definition?.doc ?? SCHEDULE.help} swept="schedule">
          <Select
            label="Schedule"
            value={schedule.type}
            options={typeOptions(schedules, schedule.type)}
            disabled={locked}
            onChange={(type) =>
              setObjective(
                documents,
                index,
                { schedule: { ...schedule, type, attrs: {} } },
                'Set schedule',
              )
            }
          />
          <RanWith value={ran.get('schedule')} />
        </Row>
        <SweepScope below="schedule.">
          <SettingRows
            schema={SCHEDULE.settings}
            values={schedule}
            ran={ranBelow(ran, 'schedule.')}
            disabled={locked}
            onChange={(name, value, kind, label) =>
              setObjective(
                documents,
                index,
                { schedule: { ...schedule, [name]: value } },
                `Set ${label.toLowerCase()}`,
                kind,
              )
            }
          />
        </SweepScope>
      </div>
      {definition && Object.keys(definition.attrs).length > 0 && (
        <SweepScope below="schedule.">
          <AttrForm
            schema={definition.attrs}
            values={readAttrs(definition.attrs, schedule.attrs).attrs}
            stored={schedule.attrs}
            ran={ranBelow(ran, 'schedule.')}
            disabled={locked}
            onChange={(name, value, kind, label) => {
              const attrs = withAttr(schedule.attrs, name, value);
              const changed = { schedule: { ...schedule, attrs } };
              setObjective(documents, index, changed, `Set ${label.toLowerCase()}`, kind);
            }}
          />
        </SweepScope>
      )}
      <ScheduleCurve schedule={schedule} base={base} epochs={epochs} />
      {schedule.type === 'ReduceLROnPlateau' && (
        <p className="t3 inspector-doc">
          Drawn before its first cut: when that comes is not known.
        </p>
      )}
    </SweepScope>
  );
}

/** Which losses, each with its weight, and which nodes it may change. */
export function ObjectiveMembers(props: {
  readonly part: ObjectivePart;
  readonly locked: boolean;
}) {
  const documents = useDocuments();
  const { part, locked } = props;
  const { index, objective } = part;
  const analysis = useDocument((state) => state.analysis);
  const { lossNodes, order, nodes } = analysis;
  const trainable = order.filter((id) => (nodes.get(id)?.parameterCount ?? 0) > 0);
  return (
    <div className="form">
      <MemberList
        label="Losses"
        help={objectiveSettings.losses.help}
        ids={lossNodes}
        chosen={objective.losses}
        locked={locked}
        onChange={(losses) => setObjective(documents, index, { losses }, 'Set losses')}
      />
      {(part.losses.length > 1 || part.losses.some((id) => lossWeight(part, id) !== 1)) &&
        part.losses.map((id) => (
          <LossWeightRow key={id} part={part} loss={id} label={`times ${id}`} locked={locked} />
        ))}
      <MemberList
        label="Trains"
        help={objectiveSettings.trains.help}
        ids={trainable}
        chosen={objective.trains}
        locked={locked}
        onChange={(trains) => setObjective(documents, index, { trains }, 'Set trained nodes')}
      />
    </div>
  );
}

const withAttr = (
  attrs: Readonly<Record<string, JsonValue>>,
  name: string,
  value: JsonValue,
): Record<string, JsonValue> => ({ ...attrs, [name]: value });
