/** What reached the network: numbers by name with what they became, or tokens. A picture is shown where it is made. */
import type { WhatItGot } from '#engine/protocol/appContract.ts';
import { formatInteger, formatNumber } from '#renderer/ui/format.ts';

const MOST_SHOWN = 60;
const DIGITS = 4;

export function GotView({ got }: { readonly got: readonly WhatItGot[] }) {
  const told = got.filter(({ kind }) => kind !== 'picture');
  if (told.length === 0) return null;
  return (
    <details className="try-got">
      <summary>What the network got</summary>
      {told.map((each, i) => (
        <Got key={i} got={each} />
      ))}
    </details>
  );
}

function Got({ got }: { readonly got: WhatItGot }) {
  if (got.kind === 'tokens') {
    return (
      <p className="try-tokens">
        {got.tokens.slice(0, MOST_SHOWN).map(({ text, isKnown }, i) => (
          <span key={i} className={isKnown ? 'token' : 'token unknown'}>
            {text}
          </span>
        ))}
        {got.count === 0 && 'No token that it knows.'}
      </p>
    );
  }
  if (got.kind === 'picture') return null;
  const more = got.count - Math.min(got.slots.length, MOST_SHOWN);
  return (
    <>
      <table className="try-slots">
        <thead>
          <tr>
            <th scope="col">input</th>
            <th scope="col">value</th>
            <th scope="col">scaled</th>
          </tr>
        </thead>
        <tbody>
          {got.slots.slice(0, MOST_SHOWN).map(({ name, value, scaled }) => (
            <tr key={name}>
              <th scope="row" title={name}>
                {name}
              </th>
              <td>{formatNumber(value, DIGITS)}</td>
              <td>{formatNumber(scaled, DIGITS)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {more > 0 && <p className="try-note">And {formatInteger(more)} more.</p>}
    </>
  );
}
