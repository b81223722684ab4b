/** How the weights of a node are trained: by which objective, frozen or not, slower or with a decay of their own. */
import type { NodeAnalysis } from '#engine/check/analysis.ts';
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
      </div>
    </Section>
  );
}
