/** Which rows are kept back: how they are chosen, how many, by which draw; and how many that gives. */
import type { SplitCounts } from '#engine/ir/batches.ts';
import { trainingSchema, type SplitKind } from '#engine/ir/trainingSettings.ts';
import { documentStore } from '#renderer/state/document.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { formatInteger, formatPercent } from '#renderer/ui/format.ts';
import { NumberField } from '#renderer/ui/NumberField.tsx';
import { Section } from '#renderer/ui/Section.tsx';
import { Segments } from '#renderer/ui/Segments.tsx';
import type { ChosenData } from '../chosenData.ts';
import { changeData } from '../edits.ts';
import { SplitBar } from './SplitBar.tsx';

const LABELS: Readonly<Record<SplitKind, string>> = {
  random: 'Random',
  stratified: 'Stratified',
  byGroup: 'Group',
  byTime: 'Time',
  byColumn: 'Column',
};
const { options: KINDS } = trainingSchema.split.settings.kind;
const MOST_SEED = 1e6;

export function SplitSection(props: {
  readonly data: ChosenData;
  /** Null before it is known. */
  readonly counts: SplitCounts | null;
  /** What a kind needs that is not there, said where it cannot be chosen. */
  readonly missing: Readonly<Partial<Record<SplitKind, string>>>;
}) {
  const { data, counts, missing } = props;
  const { kind, folds, fold } = data.split;
  const set = (split: Partial<ChosenData['split']>, label: string, isLive = false): void =>
    changeData(documentStore, data, { split }, label, isLive);
  const lacks = missing[kind];
  return (
    <Section
      id="data-split"
      title="Split"
      fact={
        counts &&
        `${formatInteger(counts.train)} / ${formatInteger(counts.validation)} / ${formatInteger(counts.test)} rows`
      }
    >
      <div className="data-segments">
        <Segments<SplitKind>
          label="How rows are kept back"
          value={kind}
          options={KINDS.map((value) => ({ value, label: LABELS[value] }))}
          onChange={(next) => set({ kind: next }, `Split: ${LABELS[next].toLowerCase()}`)}
        />
      </div>
      {lacks !== undefined && <p className="data-why warn">{lacks}</p>}
      {counts && kind === 'byColumn' ? null : (
        <SplitBar
          split={data.split}
          onChange={(change, isLive) => set(change, 'Set shares', isLive)}
        />
      )}
      {counts && (
        <dl className="data-parts">
          <Part name="Train" count={counts.train} counts={counts} />
          <Part name="Validation" count={counts.validation} counts={counts} />
          <Part name="Test" count={counts.test} counts={counts} />
        </dl>
      )}
      <div className="data-split-form">
        <label htmlFor="data-folds">Folds</label>
        <div>
          <NumberField
            small
            integer
            {...{ id: 'data-folds', label: 'Folds', min: 0, max: 1000, zero: 'Off', value: folds }}
            disabled={kind === 'byColumn'}
            onChange={(value, change) =>
              set({ folds: value === 1 ? 2 : value }, 'Set folds', change === 'live')
            }
          />
          {folds > 1 && (
            <NumberField
              small
              integer
              {...{ label: 'Fold to validate on', min: 1, max: folds, value: fold }}
              unit={`of ${folds}`}
              onChange={(value, change) => set({ fold: value }, 'Set fold', change === 'live')}
            />
          )}
        </div>
        <label htmlFor="data-seed">Seed</label>
        <div>
          <NumberField
            small
            integer
            {...{ id: 'data-seed', label: 'Seed', min: 0, max: 2 ** 31 - 1, value: data.seed }}
            onChange={(seed, change) =>
              changeData(documentStore, data, { seed }, 'Set seed', change === 'live')
            }
          />
          <Button
            small
            icon="dice"
            onClick={() =>
              changeData(
                documentStore,
                data,
                { seed: Math.floor(Math.random() * MOST_SEED) },
                'Draw the split again',
              )
            }
          >
            Draw again
          </Button>
        </div>
      </div>
    </Section>
  );
}

function Part(props: {
  readonly name: string;
  readonly count: number;
  readonly counts: SplitCounts;
}) {
  const { train, validation, test } = props.counts;
  const share = props.count / Math.max(1, train + validation + test);
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>
        <i aria-hidden="true">
          <i style={{ width: `${share * 100}%` }} />
        </i>
        <span>{formatInteger(props.count)}</span>
        <span className="t3">{formatPercent(share)}</span>
      </dd>
    </div>
  );
}
