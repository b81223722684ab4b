/** The training samples that are most like the one that is tried, by what the network gets of them. */
import { useStore } from 'zustand';
import type { NearSample, WhatItGot } from '#engine/protocol/appContract.ts';
import { Thumb } from '#renderer/data/pictures/Thumb.tsx';
import { formatInteger, formatNumber, formatPercent } from '#renderer/ui/format.ts';
import { trying } from '../services.ts';

const MOST_PARTS = 8;
const THUMB = 40;

export function NearestSamples() {
  const { nearest, isAsking, answer } = useStore(trying.store);
  if (!answer) return null;
  return (
    <section className="try-part" aria-label="Nearest training samples" aria-busy={isAsking}>
      <header className="try-head">
        <h3>Nearest in training</h3>
        {nearest?.kind === 'found' && (
          <small>
            of {formatInteger(nearest.searched)}
            {nearest.searched < nearest.total && ` (${formatInteger(nearest.total)} in all)`}
          </small>
        )}
      </header>
      {nearest === null && <p className="try-none">Looking through the training data.</p>}
      {nearest?.kind === 'unknown' && (
        <p className="try-none">They cannot be looked for: {nearest.problem.message}</p>
      )}
      {nearest?.kind === 'found' && (
        <>
          <ol className="try-near">
            {nearest.samples.map((sample) => (
              <Near key={sample.row} sample={sample} measure={nearest.measure} />
            ))}
          </ol>
          <p className="try-note">
            {nearest.measure === 'euclidean'
              ? 'By Euclidean distance between inputs as the network gets them, scaled.'
              : 'By the share of tokens that differ.'}
          </p>
        </>
      )}
    </section>
  );
}

function Near(props: { readonly sample: NearSample; readonly measure: 'euclidean' | 'differing' }) {
  const { sample, measure } = props;
  const { label, distance, got } = sample;
  return (
    <li>
      {got.kind === 'picture' && (
        <Thumb
          pixels={got.pixels}
          shape={[got.shape[0] ?? 1, got.shape[1] ?? 1, got.shape[2] ?? 1]}
          size={THUMB}
          label={`Training sample ${sample.row}`}
        />
      )}
      <div className="try-near-what">
        <p>
          <b title={label ?? undefined}>{label ?? `row ${sample.row}`}</b>
          <em title="Distance">
            {measure === 'euclidean' ? formatNumber(distance, 3) : formatPercent(distance)}
          </em>
        </p>
        {got.kind !== 'picture' && (
          <p className="try-near-parts" title={partsOf(got)}>
            {partsOf(got)}
          </p>
        )}
      </div>
    </li>
  );
}

/** In a line: `Age 28, Sex=male`. */
function partsOf(got: WhatItGot): string {
  if (got.kind === 'tokens') {
    return got.tokens
      .slice(0, MOST_PARTS * 2)
      .map(({ text }) => text)
      .join(' ');
  }
  if (got.kind === 'picture') return '';
  const told = got.slots.flatMap(({ name, value }) => {
    // Of words those that it has.
    if (name.includes('=')) return value === 1 ? [name] : [];
    return [`${name} ${String(Number(value.toPrecision(5)))}`];
  });
  const more = told.length - MOST_PARTS;
  return `${told.slice(0, MOST_PARTS).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
