/** How the weights of a node are trained: by which objective, frozen or not, slower or with a decay of their own. */
import type { Analysis, NodeAnalysis } from '#engine/check/analysis.ts';
import { readAttrs } from '#engine/ir/readAttrs.ts';
import { optimizers } from '#engine/optimizers/index.ts';
import { useDocument } from '../state/documentSession.ts';
import { useLockedReason } from '../state/useRunDifferences.ts';
import { nodeTraining, objectiveMarks, setNodeGroup } from '../training/objectives.ts';
import { ObjectiveBadge } from '../training/ObjectiveBadge.tsx';
import { Section } from '../ui/Section.tsx';
import { Switch } from '../ui/Switch.tsx';
import { NumberRow, Row } from './Rows.tsx';

export function NodeTraining({ node }: { readonly node: NodeAnalysis }) {
  const analysis = useDocument((state) => state.analysis);
  const locked = useLockedReason() !== null;
  if (node.parameterCount === 0) return null;
  const { frozen, group, objectives } = nodeTraining(analysis, node.id);
  const marks = objectiveMarks(analysis);
  const decay = frozen ? null : decayOf(analysis, objectives);
  const ownDecay = group?.weightDecay ?? null;
  const fact = frozen ? 'frozen' : group ? 'of its own' : undefined;
  return (
    <Section id="node-training" title="Training" {...(fact === undefined ? {} : { fact })}>
      <div className="form">
        {marks.length > 1 && (
          <Row label="Trained by" help="The objective that changes its weights.">
            <span className="form-marks">
              {objectives.map((index) => {
                const mark = marks[index];
                return mark && <ObjectiveBadge key={index} mark={mark} />;
              })}
              {objectives.map((index) => marks[index]?.name).join(', ') || 'none'}
            </span>
          </Row>
        )}
        <Row
          label="Frozen"
          help="Its weights stay as they are; gradients pass through it all the same."
        >
          <Switch
            label="Frozen"
            checked={frozen}
            disabled={locked}
            onChange={(next) =>
              setNodeGroup([node.id], { frozen: next }, next ? 'Freeze' : 'Unfreeze')
            }
          />
        </Row>
        {!frozen && (
          <NumberRow
            label="Rate factor"
            help="Times the learning rate of its objective: below 1 for layers that have learned already."
            integer={false}
            logarithmic
            min={0}
            max={1000}
            value={group?.learningRateFactor ?? 1}
            disabled={locked}
            onChange={(learningRateFactor, kind) =>
              setNodeGroup([node.id], { learningRateFactor }, 'Set rate factor', kind)
            }
          />
        )}
        {decay !== null && (
          <Row
            label="Own decay"
            help="Another weight decay than its objective has, such as none for a normalisation."
          >
            <Switch
              label="Own decay"
              checked={ownDecay !== null}
              disabled={locked}
              onChange={(on) =>
                setNodeGroup([node.id], { weightDecay: on ? decay : null }, 'Set weight decay')
              }
            />
          </Row>
        )}
        {decay !== null && ownDecay !== null && (
          <NumberRow
            label="Weight decay"
            help="How strongly its weights are pulled towards zero."
            integer={false}
            logarithmic
            min={0}
            max={1}
            value={ownDecay}
            disabled={locked}
            onChange={(weightDecay, kind) =>
              setNodeGroup([node.id], { weightDecay }, 'Set weight decay', kind)
            }
          />
        )}
      </div>
    </Section>
  );
}

/** That of the objective that trains it; null where its optimiser knows none. */
function decayOf({ objectives }: Analysis, trainedBy: readonly number[]): number | null {
  const optimizer = objectives[trainedBy[0] ?? 0]?.objective.optimizer;
  const definition = optimizer && optimizers.get(optimizer.type);
  if (!optimizer || !definition?.attrs['weightDecay']) return null;
  const { weightDecay } = readAttrs(definition.attrs, optimizer.attrs).attrs;
  return typeof weightDecay === 'number' ? weightDecay : null;
}
