/** The right side for pictures: their channels and how they are scaled, the split, what is nearly the same, what is wrong. */
import { useMemo } from 'react';
import { NORMALISE_LABELS, useNormalise } from './normalise.ts';
import type { PictureProfile } from '#engine/protocol/profileContract.ts';
import type { AttrSchema, AttrValues } from '#engine/ir/attrs.ts';
import { AttrForm } from '#renderer/inspector/AttrForm.tsx';
import { StepsField } from '#renderer/inspector/StepsField.tsx';
import { formatFixed, formatInteger } from '#renderer/ui/format.ts';
import { Count } from '#renderer/ui/Count.tsx';
import { Section } from '#renderer/ui/Section.tsx';
import { Segments } from '#renderer/ui/Segments.tsx';
import type { PartProps } from '../defineKind.ts';
import { Findings } from '../Findings.tsx';
import { SplitSection } from '../split/SplitSection.tsx';
import { sizeOf } from './PicturesWork.tsx';
import { Thumb } from './Thumb.tsx';
import { useAugment } from './useAugment.ts';

const CHANNELS: Readonly<Record<number, readonly string[]>> = {
  1: ['Grey'],
  3: ['Red', 'Green', 'Blue'],
  4: ['Red', 'Green', 'Blue', 'Alpha'],
};
const COLOURS = ['var(--danger)', 'var(--ok)', 'var(--accent)', 'var(--t-3)'];
const WIDTH = 287;
const HEIGHT = 46;

export function PicturesSide({ data, profile }: PartProps<'pictures'>) {
  const { classes, findings } = profile;
  const counts = useMemo(
    () => ({
      train: classes.reduce((sum, { parts }) => sum + parts.train, 0),
      validation: classes.reduce((sum, { parts }) => sum + parts.validation, 0),
      test: classes.reduce((sum, { parts }) => sum + parts.test, 0),
    }),
    [classes],
  );
  return (
    <div className="scroll">
      <div className="data-side-head column">
        <h2>Prepare</h2>
        <small>order: split, augment, normalise</small>
      </div>
      <Steps node={data.node} />
      <Channels data={data} profile={profile} />
      <SplitSection
        data={data}
        counts={counts}
        missing={classes.length > 1 ? {} : { stratified: 'Only classes can be stratified.' }}
      />
      <Extremes classes={classes} whole={counts.validation} />
      <Duplicates profile={profile} />
      <Findings data={data} findings={findings} names={[]} />
    </div>
  );
}

/** What each step is set to; they are added below the pictures. */
function Steps({ node }: { readonly node: string }) {
  const augmentation = useAugment(node);
  if (!augmentation || augmentation.steps.length === 0) return null;
  const { attr, steps, stored, set } = augmentation;
  return (
    <Section id="data-augment" title="Augmentation">
      <StepsField
        {...{ attr, stored }}
        label="Steps of augmentation"
        value={steps}
        disabled={false}
        onChange={set}
        form={({ schema, step, stored: written, onChange }) => (
          <AttrForm
            schema={schema.attrs}
            // The schema's reader filled them in.
            values={step as AttrValues<AttrSchema>}
            stored={written}
            onChange={onChange}
          />
        )}
      />
    </Section>
  );
}

function Channels({ data, profile }: PartProps<'pictures'>) {
  const { channels, channelsOf } = profile;
  const { mode, set } = useNormalise(data.node);
  const names = CHANNELS[channels.length] ?? channels.map((_, i) => `Channel ${i + 1}`);
  const most = Math.max(1e-9, ...channels.flatMap(({ histogram }) => histogram));
  return (
    <Section
      id="data-normalise"
      title="Normalisation"
      fact={`from ${formatInteger(channelsOf)} training pictures`}
    >
      <div className="data-segments">
        <Segments
          label="How values are scaled"
          value={mode}
          options={NORMALISE_LABELS}
          onChange={set}
        />
      </div>
      <svg
        width="100%"
        viewBox={`0 0 ${WIDTH} 62`}
        role="img"
        aria-label="How bright the pixels of each channel are"
      >
        {channels.map(({ histogram }, i) => (
          <path
            key={i}
            d={histogram
              .map(
                (value, at) =>
                  `${at === 0 ? 'M' : 'L'}${((at * WIDTH) / Math.max(1, histogram.length - 1)).toFixed(1)} ${(HEIGHT - (value / most) * (HEIGHT - 2)).toFixed(1)}`,
              )
              .join('')}
            fill="none"
            stroke={channels.length === 1 ? 'var(--c-data)' : (COLOURS[i] ?? 'var(--t-3)')}
            strokeWidth={1.25}
          />
        ))}
        <line x1={0} x2={WIDTH} y1={HEIGHT + 0.5} y2={HEIGHT + 0.5} className="data-axis" />
        {[0, 128, 255].map((tick, i) => (
          <text
            key={tick}
            x={(i * WIDTH) / 2}
            y={59}
            textAnchor={(['start', 'middle', 'end'] as const)[i]}
            className="data-tick"
          >
            {tick}
          </text>
        ))}
      </svg>
      <table className="data-channels">
        <thead>
          <tr>
            <th>Channel</th>
            <th className="num">Mean</th>
            <th className="num">Deviation</th>
            <th className="num">Range after</th>
          </tr>
        </thead>
        <tbody>
          {channels.map(({ mean, standardDeviation, min, max }, i) => {
            const after = (value: number): string =>
              mode === 'standardise'
                ? formatFixed((value - mean) / (standardDeviation > 0 ? standardDeviation : 1), 2)
                : formatFixed(mode === 'none' ? value * 255 : value, mode === 'none' ? 0 : 2);
            return (
              <tr key={i}>
                <td>
                  <i
                    style={{
                      background: channels.length === 1 ? 'var(--c-data)' : COLOURS[i],
                    }}
                  />
                  {names[i]}
                </td>
                <td className="num">{formatFixed(mean, 3)}</td>
                <td className="num">{formatFixed(standardDeviation, 3)}</td>
                <td className="num">
                  {after(min)} to {after(max)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Section>
  );
}

/** The classes that are measured on the fewest and on the most. */
function Extremes(props: { readonly classes: PictureProfile['classes']; readonly whole: number }) {
  const { classes, whole } = props;
  if (classes.length < 2 || whole === 0) return null;
  const sorted = classes.toSorted((a, b) => a.parts.validation - b.parts.validation);
  const [least] = sorted;
  const most = sorted.at(-1);
  if (!least || !most) return null;
  const text = (one: typeof least): string =>
    `${one.name}, ${formatInteger(one.parts.validation)} of ${formatInteger(whole)}`;
  const largestOfAll = classes.reduce((a, b) => (sizeOf(b) > sizeOf(a) ? b : a));
  const largest = `${largestOfAll.name}, ${formatInteger(sizeOf(largestOfAll))}`;
  return (
    <dl className="data-extremes">
      <div className="data-fact">
        <dt>Smallest class in validation</dt>
        <dd title={text(least)}>{text(least)}</dd>
      </div>
      <div className="data-fact">
        <dt>Largest class in validation</dt>
        <dd title={text(most)}>{text(most)}</dd>
      </div>
      <div className="data-fact">
        <dt>Largest class of all</dt>
        <dd title={largest}>{largest}</dd>
      </div>
    </dl>
  );
}

function Duplicates({ profile }: { readonly profile: PictureProfile }) {
  const { duplicates, duplicateCount, duplicatesBetweenParts, pictures, shape } = profile;
  const bytes = useMemo(
    () => new Map(pictures.map(({ row, pixels }) => [row, pixels])),
    [pictures],
  );
  return (
    <Section
      id="data-duplicates"
      title="Near-duplicates"
      flush
      fact={
        duplicateCount === 0 ? (
          'none'
        ) : (
          <>
            <Count
              value={duplicatesBetweenParts}
              tone="warn"
              label={`${duplicatesBetweenParts} between splits`}
            />
            {formatInteger(duplicateCount)} in all
          </>
        )
      }
    >
      <ul className="data-duplicates" aria-label="Near-duplicates">
        {duplicates.map(({ similarity, rows: [a, b], parts, classes }) => (
          <li key={`${a} ${b}`}>
            <Thumb {...{ shape, size: 40, pixels: bytes.get(a) }} label={`Picture ${a + 1}`} />
            <Thumb {...{ shape, size: 40, pixels: bytes.get(b) }} label={`Picture ${b + 1}`} />
            <span>
              <b>{formatFixed(similarity, 3)}</b>{' '}
              {classes[0] === classes[1]
                ? classes[0] === ''
                  ? ''
                  : `both ${classes[0]}`
                : classes.join(', ')}
              <br />
              <span className="t3">
                {parts[0]} {formatInteger(a + 1)}, {parts[1]} {formatInteger(b + 1)}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
