/** The settings of the source, of data that is set as a whole and not column by column. */
import { readAttrs } from '#engine/ir/readAttrs.ts';
import { AttrForm } from '#renderer/inspector/AttrForm.tsx';
import { documentStore } from '#renderer/state/document.ts';
import { Section } from '#renderer/ui/Section.tsx';
import type { ChosenData } from '../chosenData.ts';
import { changeData } from '../edits.ts';
import { useSourceSchema } from '../useSourceSchema.ts';

export function SourceForm({ data, title }: { readonly data: ChosenData; readonly title: string }) {
  const schema = useSourceSchema(data.source);
  if (Object.keys(schema).length === 0) return null;
  return (
    <Section id="data-source" title={title}>
      <AttrForm
        schema={schema}
        values={readAttrs(schema, data.options).attrs}
        stored={data.options}
        onChange={(name, value, kind, label) =>
          changeData(
            documentStore,
            data,
            { options: { [name]: value } },
            `Set ${label.toLowerCase()}`,
            kind === 'live',
          )
        }
      />
    </Section>
  );
}
