/** What the compared runs answer to the same samples, those first about which they disagree most. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { RunRow, SampleAnswers } from '#engine/protocol/run.ts';
import { ImageCanvas } from '#renderer/charts/ImageCanvas.tsx';
import { HeadChoice, useChosenHead } from '#renderer/dock/parts/HeadChoice.tsx';
import { formatInteger, formatNumber } from '#renderer/ui/format.ts';
import { Segments } from '#renderer/ui/Segments.tsx';
import { useFramesAt } from '../inside/useFramesAt.ts';
import type { Compared } from '../compared.ts';
import { defineSection } from '../defineSection.ts';
import { RunHeads } from '../RunHeads.tsx';
import { RunDot } from '../RunDot.tsx';
import { ClassifiedSamples } from './ClassifiedSamples.tsx';
import { LabelledSamples } from './LabelledSamples.tsx';
import { ReconstructedSamples } from './ReconstructedSamples.tsx';
import {
  answersLike,
  answersOf,
  sameInputs,
  type SameInputs,
  type SharedValue,
} from './sameInputs.ts';
import './compareSamples.css';

const showStore = createStore<{ readonly show: 'output' | 'error' }>(() => ({ show: 'output' }));
/** More rows of numbers than this nobody reads. */
const MOST_VALUES = 100;

interface Answered {
  readonly runs: readonly RunRow[];
  readonly steps: readonly number[];
  readonly all: readonly SampleAnswers[];
  readonly head: SampleAnswers;
  readonly inputs: SameInputs;
  /** That recorded no such answers. */
  readonly silent: readonly RunRow[];
}

/** The baseline's heads are those to choose from. Null where nothing was recorded. */
function useAnswers({ runs, baseline }: Compared): Answered | null {
  const frames = useFramesAt(runs, 'samples');
  const first =
    frames.find(({ run, frame }) => run === baseline && frame) ?? frames.find(({ frame }) => frame);
  const all = first?.frame ? answersOf(first.frame) : [];
  const head = useChosenHead(all);
  if (!head) return null;
  const answered = frames.flatMap(({ run, frame }) => {
    const answers = frame && answersLike(frame, head);
    return answers ? [{ run, answers, step: answers.step }] : [];
  });
  return {
    runs: answered.map(({ run }) => run),
    steps: answered.map(({ step }) => step),
    all,
    head,
    inputs: sameInputs(answered.map(({ answers }) => answers)),
    silent: runs.filter((run) => !answered.some((each) => each.run === run)),
  };
}

function SameInputsSection(compared: Compared) {
  const answered = useAnswers(compared);
  if (!answered || answered.runs.length < 2) {
    return (
      <Empty text="No two of these runs recorded answers to samples. They are recorded while a run trains." />
    );
  }
  const { runs, inputs, silent, steps } = answered;
  if (inputs.kind === 'none') return <Empty text={inputs.why} />;
  const leftOut = 'leftOut' in inputs ? inputs.leftOut : 0;
  return (
    <>
      <p className="same-note">
        {`At step ${[...new Set(steps)].map(formatInteger).join(', ')}.`}
        {leftOut > 0 &&
          ` ${formatInteger(leftOut)} samples are left out: not every run was shown the same ones.`}
        {silent.length > 0 && ` ${silent.map(({ name }) => name).join(', ')} recorded none.`}
      </p>
      <Answers compared={compared} runs={runs} inputs={inputs} />
    </>
  );
}

function Answers(props: {
  readonly compared: Compared;
  readonly runs: readonly RunRow[];
  readonly inputs: SameInputs;
}) {
  const { compared, runs, inputs } = props;
  const show = useStore(showStore, (state) => state.show);
  switch (inputs.kind) {
    case 'classification':
      return <ClassifiedSamples {...{ compared, runs, ...inputs }} />;
    case 'labels':
      return <LabelledSamples {...{ compared, runs, ...inputs }} />;
    case 'reconstruction':
      return <ReconstructedSamples runs={runs} samples={inputs.samples} show={show} />;
    case 'regression':
      return <Values compared={compared} runs={runs} samples={inputs.samples} />;
    case 'generated':
      return <Generated runs={runs} images={inputs.images} />;
    case 'none':
      return null;
  }
}

const Empty = ({ text }: { readonly text: string }) => (
  <div className="empty">
    <p>{text}</p>
  </div>
);

function Values(props: {
  readonly compared: Compared;
  readonly runs: readonly RunRow[];
  readonly samples: readonly SharedValue[];
}) {
  const { compared, runs, samples } = props;
  return (
    <table className="compare-table" aria-label="Same inputs">
      <RunHeads {...compared} runs={runs} title="Wanted" />
      <tbody>
        {samples.slice(0, MOST_VALUES).map(({ input, name, target, predictions }, i) => (
          // Their order is all that they are known by.
          <tr key={i}>
            <th scope="row">
              {name !== null && <small>{name} </small>}
              {formatNumber(target)}
              {input !== null && <small> at {formatNumber(input)}</small>}
            </th>
            {predictions.map((value, k) => (
              <td key={runs[k]?.id} className="num">
                {formatNumber(value)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Generated(props: {
  readonly runs: readonly RunRow[];
  readonly images: Extract<SameInputs, { readonly kind: 'generated' }>['images'];
}) {
  return (
    <table className="same-reconstructions" aria-label="Generated samples">
      <tbody>
        {props.runs.map((run, i) => (
          <tr key={run.id}>
            <th scope="row">
              <span className="same-input">
                <RunDot run={run} />
                <span className="ellipsis">{run.name}</span>
              </span>
            </th>
            {props.images[i]?.map((image, k) => (
              <td key={k}>
                <ImageCanvas image={image} label={`${run.name}, generated sample ${k + 1}`} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Tools(compared: Compared) {
  const answered = useAnswers(compared);
  const show = useStore(showStore, (state) => state.show);
  if (!answered) return null;
  const { all, head, inputs } = answered;
  return (
    <>
      {'samples' in inputs && <span>most different first</span>}
      <HeadChoice label="Answers of" all={all} shown={head} />
      {inputs.kind === 'reconstruction' && (
        <Segments
          label="Of each run"
          value={show}
          options={[
            { value: 'output', label: 'Output' },
            { value: 'error', label: 'Error' },
          ]}
          onChange={(next) => showStore.setState({ show: next })}
        />
      )}
    </>
  );
}

export default defineSection({
  id: 'samples',
  label: 'Same inputs',
  icon: 'grid',
  order: 50,
  columns: 6,
  height: 300,
  Component: SameInputsSection,
  tools: Tools,
});
