/**
 * What training makes smaller: one objective as its optimiser and schedule; of several each by itself, with its
 * losses and the nodes it trains.
 */
import { objectiveName, type ObjectivePart } from '#engine/check/objectiveParts.ts';
import { optimizers } from '#engine/optimizers/index.ts';
import { schedules } from '#engine/schedules/index.ts';
import { useDocument, useDocuments } from '../state/documentSession.ts';
import { useLockedReason } from '../state/useRunDifferences.ts';
import {
  addObjective,
  objectiveMarks,
  removeObjective,
  setObjective,
  trainedNodes,
} from '../training/objectives.ts';
import { ObjectiveBadge } from '../training/ObjectiveBadge.tsx';
import { Button } from '../ui/Button.tsx';
import { formatCount } from '../ui/format.ts';
import { Section } from '../ui/Section.tsx';
import { TextField } from '../ui/TextField.tsx';
import { ObjectiveMembers, OptimizerForm, ScheduleForm, TurnForm } from './ObjectiveForm.tsx';

export function ObjectivesSection() {
  const documents = useDocuments();
  const analysis = useDocument((state) => state.analysis);
  const locked = useLockedReason() !== null;
  const { objectives, lossNodes } = analysis;
  const [only, ...others] = objectives;
  const mayAdd = lossNodes.length > 1;
  const add = mayAdd && (
    <div className="inspector-actions">
      <Button small disabled={locked} onClick={() => addObjective(documents)}>
        Add objective
      </Button>
    </div>
  );
  if (only && others.length === 0) {
    return (
      <>
        {mayAdd && (
          <Section
            id="objective"
            title="Objective"
            fact={formatCount(only.losses.length, 'loss', 'losses')}
          >
            <ObjectiveMembers part={only} locked={locked} />
            {add}
          </Section>
        )}
        <Section id="optimizer" title="Optimiser" fact={optimizerLabel(only)}>
          <OptimizerForm part={only} locked={locked} />
        </Section>
        <Section id="schedule" title="Schedule" fact={scheduleLabel(only)}>
          <ScheduleForm part={only} locked={locked} />
        </Section>
      </>
    );
  }
  return (
    <>
      {objectives.map((part) => (
        <OneOfSeveral key={part.index} part={part} locked={locked} />
      ))}
      {add}
    </>
  );
}

const optimizerLabel = ({ objective: { optimizer } }: ObjectivePart): string =>
  optimizers.get(optimizer.type)?.label ?? optimizer.type;
const scheduleLabel = ({ objective: { schedule } }: ObjectivePart): string =>
  schedules.get(schedule.type)?.label ?? schedule.type;

function OneOfSeveral({
  part,
  locked,
}: {
  readonly part: ObjectivePart;
  readonly locked: boolean;
}) {
  const documents = useDocuments();
  const analysis = useDocument((state) => state.analysis);
  const mark = objectiveMarks(analysis)[part.index];
  const trained = trainedNodes(part);
  return (
    <Section
      id={`objective-${part.index}`}
      title={objectiveName(part)}
      fact={
        <>
          {mark && <ObjectiveBadge mark={mark} />} {formatCount(trained.length, 'node')}
        </>
      }
    >
      <div className="form">
        <label className="form-label" htmlFor={`objective-name-${part.index}`}>
          Name
        </label>
        <TextField
          id={`objective-name-${part.index}`}
          label="Name of the objective"
          value={part.objective.name ?? ''}
          placeholder={objectiveName(part)}
          onCommit={(text) => {
            const { name: _old, ...rest } = part.objective;
            const name = text.trim().slice(0, 60);
            setObjective(documents, part.index, name === '' ? rest : { name }, 'Name objective');
          }}
        />
      </div>
      <ObjectiveMembers part={part} locked={locked} />
      <TurnForm part={part} locked={locked} />
      <OptimizerForm part={part} locked={locked} />
      <ScheduleForm part={part} locked={locked} />
      <div className="inspector-actions">
        <Button
          small
          onClick={() => documents.select({ nodes: new Set(trained), wires: new Set() })}
        >
          Select its nodes
        </Button>
        <Button small disabled={locked} onClick={() => removeObjective(documents, part.index)}>
          Remove
        </Button>
      </div>
    </Section>
  );
}
