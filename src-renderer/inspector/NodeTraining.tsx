/** How the weights of a node are trained: by which objective, frozen or not, slower, with a decay of their own or with a penalty. */
import type { Analysis, NodeAnalysis } from '#engine/check/analysis.ts';
import { defaultSettings, type SettingSchema } from '#engine/ir/settings.ts';
import { parameterGroupSettings } from '#engine/ir/trainingSettings.ts';
import { optimizers } from '#engine/optimizers/index.ts';
import { useDocument, useDocuments } from '../state/documentSession.ts';
import { useLockedReason } from '../state/useRunDifferences.ts';
import { nodeTraining, objectiveMarks, setNodeGroup } from '../training/objectives.ts';
import { ObjectiveBadge } from '../training/ObjectiveBadge.tsx';
import { Section } from '../ui/Section.tsx';
import { Row } from './Rows.tsx';
import { SettingRows } from './SettingRows.tsx';

const DEFAULTS = defaultSettings(parameterGroupSettings);

export function NodeTraining({ node }: { readonly node: NodeAnalysis }) {
  const documents = useDocuments();
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
        <SettingRows
          schema={settingsOf(analysis, frozen, objectives)}
          values={{ ...DEFAULTS, ...group, frozen }}
          disabled={locked}
          onChange={(name, value, kind, label) =>
            setNodeGroup(
              documents,
              [node.id],
              { [name]: value },
              `Set ${label.toLowerCase()}`,
              kind,
            )
          }
        />
      </div>
    </Section>
  );
}

/** What has a meaning for it: a frozen node has no rate, and not every optimiser knows a decay. */
function settingsOf(
  { objectives }: Analysis,
  isFrozen: boolean,
  trainedBy: readonly number[],
): SettingSchema {
  const { frozen, learningRateFactor, weightDecay, l1, l2 } = parameterGroupSettings;
  if (isFrozen) return { frozen };
  const type = objectives[trainedBy[0] ?? 0]?.objective.optimizer.type ?? '';
  const decays = optimizers.get(type)?.attrs['weightDecay'] !== undefined;
  return { frozen, learningRateFactor, ...(decays ? { weightDecay } : {}), l1, l2 };
}
