/** All steps of the recipe in their order: added, set, moved, switched off; and what each of them does to the rows. */
import { useMemo } from 'react';
import { useStore } from 'zustand';
import type { AttrSchema, AttrValues, Step } from '#engine/ir/attrs.ts';
import { own } from '#engine/ir/record.ts';
import { readAttrs } from '#engine/ir/readAttrs.ts';
import type { TablePreview } from '#engine/protocol/tablePreview.ts';
import { AttrForm } from '#renderer/inspector/AttrForm.tsx';
import { StepsField } from '#renderer/inspector/StepsField.tsx';
import { documentStore } from '#renderer/state/document.ts';
import { formatCount } from '#renderer/ui/format.ts';
import { Icon } from '#renderer/ui/Icon.tsx';
import { Section } from '#renderer/ui/Section.tsx';
import type { ChosenData } from '../chosenData.ts';
import { dataViewStore } from '../dataViewStore.ts';
import { changeData } from '../edits.ts';
import { useSourceSchema } from '../useSourceSchema.ts';

const NAME = 'recipe';

export function RecipeSection(props: {
  readonly data: ChosenData;
  readonly preview: TablePreview | null;
}) {
  const { data, preview } = props;
  const attr = own(useSourceSchema(data.source), NAME);
  const written = own(data.options, NAME);
  const steps = useMemo((): readonly Step[] => {
    if (attr?.kind !== 'steps') return [];
    return (
      readAttrs({ [NAME]: attr }, written === undefined ? {} : { [NAME]: written }).attrs[NAME] ??
      []
    );
  }, [attr, written]);
  if (attr?.kind !== 'steps') return null;
  return (
    <Section
      id="data-recipe"
      title="Recipe"
      fact={steps.length === 0 ? 'as the source does by itself' : formatCount(steps.length, 'step')}
    >
      <StepsField
        {...{ attr }}
        label="Steps of the recipe"
        value={steps}
        // Of the same steps where it could be read.
        stored={steps.length > 0 ? (written as unknown as readonly Step[]) : []}
        disabled={false}
        onChange={(recipe, kind) => {
          dataViewStore.setState({ steps: null });
          const change = { options: { [NAME]: recipe } };
          changeData(documentStore, data, change, 'Change the recipe', kind === 'live');
        }}
        form={({ schema, step, stored, onChange }) => (
          <AttrForm
            schema={schema.attrs}
            // The schema's reader filled them in.
            values={step as AttrValues<AttrSchema>}
            stored={stored}
            onChange={onChange}
          />
        )}
      />
      {steps.length > 0 && preview && <After {...{ preview }} count={steps.length} />}
    </Section>
  );
}

/** Rows before and after a step: those below are shown up to the one that is chosen. */
function After({ preview, count }: { readonly preview: TablePreview; readonly count: number }) {
  const shown = useStore(dataViewStore, (view) => view.steps) ?? count;
  const choose = (steps: number): void =>
    dataViewStore.setState({ steps: steps === count ? null : steps });
  return (
    <ul className="data-recipe-after" aria-label="Rows are shown after">
      {Array.from({ length: count + 1 }, (_, at) => {
        const step = preview.steps[at - 1];
        return (
          <li key={at}>
            <button type="button" aria-pressed={shown === at} onClick={() => choose(at)}>
              <Icon name={shown === at ? 'check' : 'chevronRight'} size={12} />
              {at === 0
                ? 'Rows before the recipe'
                : `Rows after ${at === count ? 'all steps' : `step ${at}`}${step ? `: ${step.label}` : ''}`}
            </button>
            {step?.facts.map((fact) => (
              <p key={fact}>{fact}</p>
            ))}
          </li>
        );
      })}
    </ul>
  );
}
