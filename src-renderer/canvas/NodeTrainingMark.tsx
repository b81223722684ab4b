/** On the corner of a card: which objectives train it or take it as their loss, and whether it is frozen. */
import { useDocument } from '../state/documentSession.ts';
import { nodeTraining, objectiveMarks } from '../training/objectives.ts';
import { ObjectiveBadge } from '../training/ObjectiveBadge.tsx';
import { Icon } from '../ui/Icon.tsx';
import './NodeTrainingMark.css';

/** One objective trains everything: that needs no mark. */
export function NodeTrainingMark({ id }: { readonly id: string }) {
  const analysis = useDocument((state) => state.analysis);
  const several = analysis.objectives.length > 1;
  if (!several && !analysis.objectives.some(({ frozen }) => frozen.length > 0)) return null;
  const { objectives, frozen } = nodeTraining(analysis, id);
  const marks = several ? objectiveMarks(analysis) : [];
  if (!frozen && (marks.length === 0 || objectives.length === 0)) return null;
  return (
    <span className="card-training">
      {frozen && (
        <span className="lock" title="Frozen: its weights stay as they are">
          <Icon name="lock" size={12} />
        </span>
      )}
      {objectives.map((index) => {
        const mark = marks[index];
        return mark && <ObjectiveBadge key={index} mark={mark} />;
      })}
    </span>
  );
}
