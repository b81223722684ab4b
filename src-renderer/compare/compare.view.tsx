/** Compare: the chosen runs side by side, in sections that are found by file. */
import { useMemo } from 'react';
import { useStore } from 'zustand';
import { defineView } from '../app/defineView.ts';
import { showView } from '../state/frontView.ts';
import { viewStore } from '../state/view.ts';
import { Button } from '../ui/Button.tsx';
import { arranged, inOrder } from './arrange.ts';
import { ComparedViews, type Compared } from './compared.ts';
import { CompareStatus } from './CompareStatus.tsx';
import { CompareTools } from './CompareTools.tsx';
import { RunChips } from './RunBar.tsx';
import { RunSide } from './RunSide.tsx';
import { SectionFrame } from './SectionFrame.tsx';
import { sections } from './sections.ts';
import { useAligned } from './useAligned.ts';
import { useCompared, useHeldViews } from './useCompared.ts';
import './compare.css';

/** Of fewer there is nothing to compare. */
const LEAST = 2;

function Compare() {
  const compared = useCompared();
  const { runs } = compared;
  const views = useHeldViews(runs.map(({ id }) => id));
  // What is being added comes with its view, a moment later.
  const held = useMemo(
    () => ({ ...compared, runs: compared.runs.filter(({ id }) => views.has(id)) }),
    [compared, views],
  );
  const aligned = useAligned(held, views);
  return (
    <main className="compare">
      <RunSide />
      <section className="compare-work" aria-label="Comparison">
        <div className="compare-bar">
          <RunChips {...compared} />
          {runs.length >= LEAST && <CompareTools />}
        </div>
        {runs.length < LEAST ? (
          <NothingToCompare count={runs.length} />
        ) : (
          held.runs.length >= LEAST && (
            <ComparedViews value={views}>
              <Sections {...aligned} />
            </ComparedViews>
          )
        )}
      </section>
    </main>
  );
}

function NothingToCompare({ count }: { readonly count: number }) {
  return (
    <div className="empty">
      <p>
        {count === 0
          ? 'Choose two runs or more from the list to see them side by side.'
          : 'Choose another run from the list to compare it with.'}
      </p>
      <Button small onClick={() => showView('design')}>
        Train one in Design
      </Button>
    </div>
  );
}

function Sections(compared: Compared) {
  const arrangement = useStore(viewStore, ({ compareSections }) => compareSections);
  const offered = sections.filter(({ when }) => when?.(compared) ?? true);
  const shown = inOrder(offered, arrangement.order).map(({ id }) => id);
  return (
    <div className="compare-sections">
      {arranged(offered, arrangement).map(({ section, columns, isFolded }) => (
        <SectionFrame
          key={section.id}
          section={section}
          compared={compared}
          arranged={{ columns, isFolded, shown }}
        />
      ))}
    </div>
  );
}

export default defineView({
  id: 'compare',
  label: 'Compare',
  icon: 'compare',
  order: 30,
  keywords: ['difference', 'side by side', 'baseline', 'overlay'],
  Component: Compare,
  Status: CompareStatus,
});
