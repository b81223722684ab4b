/** That the data is being read, with a way to end it; and what went wrong with it, with what to do about that. */
import { useEffect, useState } from 'react';
import type { DataProfile } from '#engine/protocol/profileContract.ts';
import { DataConsent } from '../inspector/DataConsent.tsx';
import type { Answer } from '../state/dataProfiles.ts';
import { Button } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import type { ChosenData } from './chosenData.ts';
import { profiles } from './services.ts';
import { stopReading, useReadingProgress } from './reading.ts';

/** What is there sooner is not worth a word. */
const PATIENCE_MS = 400;

export function Reading(props: {
  readonly data: ChosenData;
  readonly answer: Answer<DataProfile>;
  readonly isEmpty: boolean;
}) {
  const { data, answer, isEmpty } = props;
  const { isReading, problem } = answer;
  const isLong = useAfter(isReading, PATIENCE_MS);
  return (
    <>
      <DataConsent source={data.source} />
      {isReading && isLong && <Progress source={data.source} isEmpty={isEmpty} />}
      {problem && !isReading && (
        <div className="data-problem" role="alert">
          <Icon name="error" size={14} className="danger" />
          <div>
            <p>
              {problem.message} {problem.explanation}
            </p>
            <p className="data-problem-where">
              <code>{problem.code}</code>
              {problem.path !== undefined && <Where path={problem.path} />}
            </p>
            <Button small onClick={() => profiles.again()}>
              Read again
            </Button>
          </div>
        </div>
      )}
    </>
  );
}

/** The end of a long path says which file, and which line of it. */
function Where({ path }: { readonly path: string }) {
  return <code title={path}>{path.split(/[/\\]/).at(-1)}</code>;
}

function Progress({ source, isEmpty }: { readonly source: string; readonly isEmpty: boolean }) {
  const share = useReadingProgress(source);
  return (
    <div className={isEmpty ? 'data-reading alone' : 'data-reading'}>
      <progress
        aria-label="Reading the data"
        {...(share === null ? {} : { value: share, max: 1 })}
      />
      <span role="status">
        Reading the data{share === null ? '' : `, ${Math.floor(share * 100)}%`}
      </span>
      <Button small variant="quiet" onClick={() => stopReading(source)}>
        Cancel
      </Button>
    </div>
  );
}

/** True once it has been so for a while. */
function useAfter(isOn: boolean, delayMs: number): boolean {
  const [is, setIs] = useState(false);
  useEffect(() => {
    if (!isOn) return;
    const timer = setTimeout(() => setIs(true), delayMs);
    return () => {
      clearTimeout(timer);
      setIs(false);
    };
  }, [isOn, delayMs]);
  return is;
}
