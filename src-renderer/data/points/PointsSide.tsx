/** The right side for points and curves: how they are made, their numbers, the split. */
import { formatCount } from '#renderer/ui/format.ts';
import { Section } from '#renderer/ui/Section.tsx';
import type { PartProps } from '../defineKind.ts';
import { Findings } from '../Findings.tsx';
import { Balance } from '../samples/Balance.tsx';
import { NumbersTable } from '../samples/NumbersTable.tsx';
import { SourceForm } from '../samples/SourceForm.tsx';
import { SplitSection } from '../split/SplitSection.tsx';

export function PointsSide({ data, profile }: PartProps<'points'>) {
  const { numbers, width, classes, parts, findings } = profile;
  return (
    <div className="scroll">
      <SourceForm data={data} title="Settings of the source" />
      <Section
        id="data-numbers"
        title="Numbers"
        fact={
          numbers.length < width
            ? `the first ${numbers.length} of ${formatCount(width, 'number')}`
            : 'of training samples'
        }
      >
        <NumbersTable numbers={numbers} />
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
