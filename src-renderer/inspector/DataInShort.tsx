/** What was found in the data, in short: how much, what is predicted and why, what is wrong; the rest is in the Data view. */
import type { Finding } from '#engine/protocol/profileContract.ts';
import { chosenOf } from '../data/chosenData.ts';
import { DATA_VIEW, dataViewStore } from '../data/dataViewStore.ts';
import { kindOf } from '../data/kinds.ts';
import { useProfile } from '../data/useProfile.ts';
import { useDocument } from '../state/documentSession.ts';
import { showView } from '../state/frontView.ts';
import { Button } from '../ui/Button.tsx';
import { formatCount } from '../ui/format.ts';
import { Icon } from '../ui/Icon.tsx';
import { useMemo } from 'react';

export function DataInShort({ node }: { readonly node: string }) {
  const analysis = useDocument((state) => state.analysis);
  const document = useDocument((state) => state.document);
  const data = useMemo(() => chosenOf({ analysis, document }, node), [analysis, document, node]);
  const { value, source } = useProfile(data);
  const profile = source === data?.source ? value : null;
  const kind = profile && kindOf(profile);
  const open = (): void => {
    dataViewStore.setState({ node });
    showView(DATA_VIEW);
  };
  return (
    <div className="data-in-short">
      {profile && kind && (
        <>
          <p>{kind.size(profile)}</p>
          {profile.kind === 'table' && profile.target && (
            <p>
              <b>{profile.target.name}</b> is predicted, {profile.target.why}.
            </p>
          )}
          <Worst findings={profile.findings} />
        </>
      )}
      <Button small icon="columns" onClick={open}>
        Open Data view
      </Button>
    </div>
  );
}

/** The gravest comes first. */
function Worst({ findings }: { readonly findings: readonly Finding[] }) {
  const grave = findings.filter(({ severity }) => severity !== 'info');
  const [worst] = grave;
  if (!worst) return null;
  const isDanger = worst.severity === 'danger';
  return (
    <p className={isDanger ? 'danger' : 'warn'}>
      <Icon name={isDanger ? 'error' : 'warning'} size={12} />{' '}
      {formatCount(grave.length, 'warning')}: {worst.message}
    </p>
  );
}
