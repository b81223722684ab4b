/** The question whether a project may read a file outside of its folder; once for each. */
import { useStore } from 'zustand';
import { dataSources } from '../app/services.ts';
import { Button } from '../ui/Button.tsx';
import './DataConsent.css';

/** Of one source, or of all. */
export function DataConsent({ source }: { readonly source?: string }) {
  const questions = useStore(dataSources.store, (state) => state.questions);
  const shown = questions.filter((each) => source === undefined || each.source === source);
  return shown.map(({ path }) => (
    <div key={path} className="data-consent" role="alert">
      <p>
        This project reads <code>{path}</code>, which lies outside of its folder.
      </p>
      <div className="data-consent-answers">
        <Button small variant="primary" onClick={() => void dataSources.allow(path)}>
          Allow
        </Button>
        <Button small onClick={() => dataSources.dismiss(path)}>
          Not now
        </Button>
      </div>
    </div>
  ));
}
