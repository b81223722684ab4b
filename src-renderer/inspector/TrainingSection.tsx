/** How the network is trained: objectives, and all other settings in the order of their schema. */
import { trainingSchema } from '#engine/ir/trainingSettings.ts';
import { useDocument, useDocuments } from '../state/documentSession.ts';
import { useLockedReason, useRanWith } from '../state/useRunDifferences.ts';
import { setTraining } from '../training/settings.ts';
import { formatCount } from '../ui/format.ts';
import { Section } from '../ui/Section.tsx';
import { ObjectivesSection } from './ObjectivesSection.tsx';
import { SettingRows } from './SettingRows.tsx';
import { SweepScope } from './SweepThis.tsx';

const TRAINING = ['training.'];

export function TrainingSection() {
  const documents = useDocuments();
  const training = useDocument((state) => state.document.training);
  const reason = useLockedReason();
  const ran = useRanWith();
  return (
    <>
      {reason !== null && <p className="locked-reason">{reason}</p>}
      <ObjectivesSection />
      <Section id="training" title="Training" fact={formatCount(training.epochs, 'epoch')}>
        <div className="form">
          <SweepScope paths={TRAINING}>
            <SettingRows
              schema={trainingSchema}
              values={training}
              disabled={reason !== null}
              ran={ran}
              onChange={(name, value, kind, label) =>
                setTraining(documents, { [name]: value }, `Set ${label.toLowerCase()}`, kind)
              }
            />
          </SweepScope>
        </div>
      </Section>
    </>
  );
}
