/** The right side for series: windows and their horizon, the columns, the split. */
import { formatInteger } from '#renderer/ui/format.ts';
import { Section } from '#renderer/ui/Section.tsx';
import type { PartProps } from '../defineKind.ts';
import { Findings } from '../Findings.tsx';
import { Balance } from '../samples/Balance.tsx';
import { NumbersTable } from '../samples/NumbersTable.tsx';
import { SourceForm } from '../samples/SourceForm.tsx';
import { SplitSection } from '../split/SplitSection.tsx';

export function SeriesSide({ data, profile }: PartProps<'series'>) {
  const { columns, classes, parts, findings, window, wanted, predict } = profile;
  const isForecast = predict === 'next' || predict === 'horizon';
  return (
    <div className="scroll">
      <SourceForm data={data} title="Windows" />
      <Section
        id="data-numbers"
        title="Columns"
        fact={
          isForecast
            ? `${formatInteger(window)} steps known, ${formatInteger(wanted.to - window + 1)} ahead`
            : `${formatInteger(window)} steps known`
        }
      >
        <NumbersTable
          numbers={columns.map((column) => ({
            ...column,
            isWanted: column.use !== 'input',
            about: column.scaling,
          }))}
        />
      </Section>
      <SplitSection
        data={data}
        counts={parts}
        missing={classes.length > 1 ? {} : { stratified: 'Only classes can be stratified.' }}
      />
      <Balance classes={classes} />
      <Findings data={data} findings={findings} names={[]} />
    </div>
  );
}
