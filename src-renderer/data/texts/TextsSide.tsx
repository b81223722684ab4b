/** The right side for texts: how they are cut, what of them is known, how long they are, the split. */
import type { TextProfile } from '#engine/protocol/profileContract.ts';
import { FactList } from '#renderer/ui/FactList.tsx';
import { formatInteger, formatPercent } from '#renderer/ui/format.ts';
import { Section } from '#renderer/ui/Section.tsx';
import type { PartProps } from '../defineKind.ts';
import { Findings } from '../Findings.tsx';
import { Balance } from '../samples/Balance.tsx';
import { SourceForm } from '../samples/SourceForm.tsx';
import { SplitSection } from '../split/SplitSection.tsx';
import { tokenText } from './tokenText.ts';

const MOST_SHOWN = 12;

export function TextsSide({ data, profile }: PartProps<'text'>) {
  const { classes, parts, findings } = profile;
  return (
    <div className="scroll">
      <SourceForm data={data} title="Tokens" />
      <Vocabulary profile={profile} />
      <Lengths profile={profile} />
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

function Vocabulary({ profile }: { readonly profile: TextProfile }) {
  const { vocabulary, width, tokenCount, unknown, frequent, cut, length } = profile;
  const most = frequent[0]?.count ?? 1;
  const places = length * profile.texts;
  return (
    <Section id="data-vocabulary" title="Vocabulary" fact={`${formatInteger(vocabulary)} tokens`}>
      <FactList
        facts={[
          ['Tokens in all', formatInteger(tokenCount)],
          ['Not known', formatPercent(tokenCount > 0 ? unknown / tokenCount : 0)],
          ['Places for tokens', formatInteger(width)],
          ...(cut
            ? ([
                [
                  'Texts that are cut',
                  `${formatInteger(cut.texts)}, by ${formatInteger(cut.tokens)} tokens`,
                ],
                ['Padding', formatPercent(places > 0 ? cut.padding / places : 0)],
              ] as const)
            : []),
        ]}
      />
      <dl className="data-frequent" aria-label="Most frequent tokens">
        {frequent.slice(0, MOST_SHOWN).map(({ token, count }) => (
          <div key={token}>
            <dt className="ellipsis" title={token}>
              {tokenText(token)}
            </dt>
            <dd>
              <i aria-hidden="true" style={{ width: `${(100 * count) / most}%` }} />
              <span>{formatInteger(count)}</span>
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

const WIDTH = 287;
const HEIGHT = 46;

function Lengths({ profile: { lengths, texts } }: { readonly profile: TextProfile }) {
  if (texts < 2) return null;
  const { counts, step, median, most, longest } = lengths;
  const highest = Math.max(1, ...counts);
  const bar = WIDTH / Math.max(1, counts.length);
  return (
    <Section id="data-lengths" title="Length" fact={`half up to ${formatInteger(median)} tokens`}>
      <svg
        className="data-lengths"
        width="100%"
        viewBox={`0 0 ${WIDTH} 60`}
        role="img"
        aria-label={`How long texts are: half up to ${median}, 95 of 100 up to ${most}, the longest ${longest} tokens`}
      >
        {counts.map((count, i) => {
          const height = (count / highest) * HEIGHT;
          return (
            <rect
              key={i}
              x={i * bar}
              y={HEIGHT - height}
              width={Math.max(0.5, bar - 1)}
              {...{ height }}
            />
          );
        })}
        <line x1={0} x2={WIDTH} y1={HEIGHT + 0.5} y2={HEIGHT + 0.5} className="data-axis" />
        <text x={0} y={58} className="data-tick">
          0
        </text>
        <text x={WIDTH} y={58} textAnchor="end" className="data-tick">
          {formatInteger(step * counts.length)}
        </text>
      </svg>
      <FactList
        facts={[
          ['95 of 100 texts', `up to ${formatInteger(most)}`],
          ['Longest', formatInteger(longest)],
        ]}
      />
    </Section>
  );
}
