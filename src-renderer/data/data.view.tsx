/**
 * Data: what the network is given, understood before it is trained on. The sets of the project at the left, what was
 * found in the middle, what is done about it at the right. What a kind of data looks like is its own file's (kinds/).
 */
import { useState, type DragEvent } from 'react';
import { ConnectionBanner } from '../app/ConnectionBanner.tsx';
import { defineView } from '../app/defineView.ts';
import { useChosenData } from './chosenData.ts';
import { DataSide } from './DataSide.tsx';
import { DataStatus } from './DataStatus.tsx';
import { DATA_VIEW } from './dataViewStore.ts';
import { dropped, hasFiles } from './droppedFiles.ts';
import { kindOf } from './kinds.ts';
import { NoData } from './NoData.tsx';
import { Reading } from './Reading.tsx';
import { SourceForm } from './samples/SourceForm.tsx';
import { takeData } from './takeData.ts';
import { usePastedTable } from './usePastedTable.ts';
import { useProfile } from './useProfile.ts';
import './data.view.css';

function Data() {
  const data = useChosenData();
  const answer = useProfile(data);
  const [isOver, setIsOver] = useState(false);
  usePastedTable();
  const profile = answer.source === data?.source ? answer.value : null;
  const kind = profile && kindOf(profile);
  const shown = data && profile && kind ? { data, profile } : null;
  const onDrop = (event: DragEvent): void => {
    setIsOver(false);
    if (!hasFiles(event.nativeEvent)) return;
    // Here every file is data, a picture too; elsewhere takeFiles decides.
    event.preventDefault();
    event.stopPropagation();
    void dropped(event.nativeEvent).then(takeData);
  };
  return (
    <main
      className="data"
      data-over={isOver}
      onDragOver={({ nativeEvent }) => setIsOver(hasFiles(nativeEvent))}
      onDragLeave={({ currentTarget, relatedTarget }) => {
        if (!(relatedTarget instanceof Node && currentTarget.contains(relatedTarget)))
          setIsOver(false);
      }}
      onDrop={onDrop}
    >
      <DataSide data={data} profile={profile} readAt={answer.at} />
      <section className="data-work" aria-label="Data">
        <ConnectionBanner />
        {data === null ? (
          <NoData />
        ) : (
          <>
            <Reading data={data} answer={answer} isEmpty={shown === null} />
            {shown && kind && (
              <div className="data-shown" data-old={answer.isReading} aria-busy={answer.isReading}>
                <kind.Work {...shown} />
              </div>
            )}
          </>
        )}
      </section>
      <aside className="data-prepare panel" aria-label="Preparation">
        {shown && kind && <kind.Side {...shown} />}
        {/* How a file is read may be what is wrong. */}
        {data && !shown && answer.problem && (
          <div className="scroll">
            <SourceForm data={data} title="How it is read" />
          </div>
        )}
      </aside>
    </main>
  );
}

export default defineView({
  id: DATA_VIEW,
  label: 'Data',
  icon: 'columns',
  order: 40,
  keywords: ['table', 'columns', 'profile', 'split', 'recipe', 'pictures', 'dataset', 'csv'],
  Component: Data,
  Status: DataStatus,
});
