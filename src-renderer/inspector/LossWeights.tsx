/** What a loss counts for in what an objective makes smaller: beside the objective, and beside the loss itself. */
import type { NodeAnalysis } from '#engine/check/analysis.ts';
import { objectiveName, type ObjectivePart } from '#engine/check/objectiveParts.ts';
import { own } from '#engine/ir/record.ts';
import { objectiveSettings } from '#engine/ir/trainingSettings.ts';
import { useDocument, useDocuments } from '../state/documentSession.ts';
import { useLockedReason } from '../state/useRunDifferences.ts';
import { setObjective } from '../training/objectives.ts';
import { numberSpec } from '../ui/attrControls.ts';
import { Section } from '../ui/Section.tsx';
import { NumberRow } from './Rows.tsx';

const { lossWeights: WEIGHTS } = objectiveSettings;

export const lossWeight = ({ objective }: ObjectivePart, loss: string): number =>
  own(objective.lossWeights, loss) ?? 1;

export function LossWeightRow(props: {
  readonly part: ObjectivePart;
  readonly loss: string;
  readonly label: string;
  readonly locked: boolean;
}) {
  const documents = useDocuments();
  const { part, loss, label, locked } = props;
  const { index, objective } = part;
  return (
    <NumberRow
      label={label}
      help={WEIGHTS.of.help}
      {...numberSpec(WEIGHTS.of)}
      value={lossWeight(part, loss)}
      disabled={locked}
      onChange={(weight, kind) => {
        const { [loss]: _old, ...others } = objective.lossWeights;
        const lossWeights = weight === 1 ? others : { ...others, [loss]: weight };
        setObjective(documents, index, { lossWeights }, 'Set loss weight', kind);
      }}
    />
  );
}

/** Of a loss node: once for each objective that it is part of. */
export function LossWeights({ node }: { readonly node: NodeAnalysis }) {
  const { objectives } = useDocument((state) => state.analysis);
  const locked = useLockedReason() !== null;
  const parts = objectives.filter(({ losses }) => losses.includes(node.id));
  if (parts.length === 0) return null;
  return (
    <Section id="loss-weight" title="Training">
      <div className="form">
        {parts.map((part) => (
          <LossWeightRow
            key={part.index}
            part={part}
            loss={node.id}
            label={parts.length > 1 ? `In ${objectiveName(part)}` : 'Weight of the loss'}
            locked={locked}
          />
        ))}
      </div>
    </Section>
  );
}
