/** Numbers that go in and are wanted, with what they are like where they train. */
import type { NamedNumbers } from '#engine/protocol/profileContract.ts';
import { formatShort } from '#renderer/ui/format.ts';
import { Icon } from '#renderer/ui/Icon.tsx';
import './samples.css';

export function NumbersTable(props: {
  readonly numbers: readonly (NamedNumbers & { readonly about?: string })[];
}) {
  return (
    <table className="data-numbers">
      <thead>
        <tr>
          <th>Number</th>
          <th className="num">Mean</th>
          <th className="num">Deviation</th>
          <th className="num">Range</th>
        </tr>
      </thead>
      <tbody>
        {props.numbers.map(({ name, isWanted, mean, standardDeviation, min, max, about }, i) => (
          <tr key={i} title={about}>
            <td title={isWanted ? `${name}, wanted` : name}>
              {name}
              {isWanted && (
                <span className="wanted">
                  <Icon name="target" size={10} />
                  <span className="visually-hidden">wanted</span>
                </span>
              )}
            </td>
            <td className="num">{formatShort(mean)}</td>
            <td className="num">{formatShort(standardDeviation)}</td>
            <td className="num">
              {formatShort(min)} to {formatShort(max)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
