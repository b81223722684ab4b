/** The middle for texts: some of them, cut into the tokens that the network gets. */
import type { TextProfile } from '#engine/protocol/profileContract.ts';
import { formatCount, formatInteger } from '#renderer/ui/format.ts';
import type { PartProps } from '../defineKind.ts';
import { partText } from '../samples/parts.ts';
import { useSourceName } from '../useDatasets.ts';
import { tokenText } from './tokenText.ts';
import '../samples/samples.css';

export function TextsWork({ data, profile }: PartProps<'text'>) {
  const { count, texts, isWindows, samples } = profile;
  const name = useSourceName(data.source);
  return (
    <div className="data-samples-work">
      <header className="data-bar">
        <h1 className="ellipsis">{name}</h1>
        <small className="ellipsis">
          {isWindows
            ? `${formatCount(count, 'window')} over ${formatCount(texts, 'text')}`
            : formatCount(texts, 'text')}
        </small>
        <span className="grow" />
        <span className="data-sample-key">
          <span>{formatInteger(samples.length)} shown, spread over all</span>
        </span>
      </header>
      <ul className="scroll data-texts" aria-label="Samples" tabIndex={0}>
        {samples.map((sample) => (
          <li key={sample.row}>
            <Sample sample={sample} isWindow={isWindows} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Sample(props: {
  readonly sample: TextProfile['samples'][number];
  readonly isWindow: boolean;
}) {
  const { row, part, wanted, tokens, more } = props.sample;
  return (
    <>
      <header>
        <span>
          {props.isWindow ? 'Window' : 'Text'} {formatInteger(row + 1)}, {partText(part)}
        </span>
        {wanted !== '' && (
          <span>
            {props.isWindow ? 'next' : 'wanted'}: <b>{tokenText(wanted)}</b>
          </span>
        )}
      </header>
      <p className="data-tokens">
        {tokens.map(({ text, isKnown }, i) => (
          <span
            key={i}
            className={isKnown ? undefined : 'unknown'}
            title={isKnown ? undefined : 'Not known: one unknown token to the network'}
          >
            {tokenText(text)}
          </span>
        ))}
        {more > 0 && <small>{formatInteger(more)} more</small>}
      </p>
    </>
  );
}
