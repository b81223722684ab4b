/** The shares of the parts as one bar whose gaps are dragged; with the keys, each is a slider. */
import { useRef, type KeyboardEvent, type PointerEvent } from 'react';
import type { TrainingSettings } from '#engine/ir/document.ts';
import { formatPercent } from '#renderer/ui/format.ts';

type Split = TrainingSettings['split'];
const STEP = 0.01;
const MOST = 0.9;
/** Narrower parts do not name themselves. */
const LEAST_NAMED = 0.09;

/** Shares of all: `validation` is one of what the test leaves. */
export const sharesOf = ({ validation, test }: Pick<Split, 'validation' | 'test'>) => ({
  test,
  validation: validation * (1 - test),
  train: (1 - validation) * (1 - test),
});

const tidy = (value: number): number =>
  Number(Math.min(MOST, Math.max(0, Math.round(value * 100) / 100)).toFixed(4));

export function SplitBar(props: {
  readonly split: Split;
  readonly onChange: (split: Partial<Split>, isLive: boolean) => void;
}) {
  const { split, onChange } = props;
  const bar = useRef<HTMLDivElement>(null);
  const shares = sharesOf(split);
  const isFolded = split.folds > 1;
  /** `end`: where training ends, of all. */
  const setTrain = (end: number, isLive: boolean): void => {
    const rest = 1 - split.test;
    onChange({ validation: tidy(rest > 0 ? 1 - end / rest : 0) }, isLive);
  };
  const setTest = (start: number, isLive: boolean): void =>
    onChange({ test: tidy(1 - start) }, isLive);
  const placeOf = ({ clientX }: PointerEvent): number => {
    const box = bar.current?.getBoundingClientRect();
    return box && box.width > 0 ? Math.min(1, Math.max(0, (clientX - box.left) / box.width)) : 0;
  };
  const parts = [
    { name: 'Train', share: shares.train, className: 'train' },
    { name: 'Val', share: shares.validation, className: 'validation' },
    { name: 'Test', share: shares.test, className: 'test' },
  ];
  return (
    <div className="data-split-bar" ref={bar}>
      {parts.map(({ name, share, className }) => (
        <span key={name} className={className} style={{ width: `${share * 100}%` }}>
          {share >= LEAST_NAMED && `${name === 'Train' ? 'Train ' : ''}${formatPercent(share, 0)}`}
        </span>
      ))}
      {!isFolded && (
        <Gap
          label="Share for validation"
          value={split.validation}
          at={shares.train}
          onMove={(event, isLive) => setTrain(placeOf(event), isLive)}
          onStep={(by) => onChange({ validation: tidy(split.validation + by) }, false)}
        />
      )}
      <Gap
        label="Share for the test"
        value={split.test}
        at={1 - shares.test}
        onMove={(event, isLive) => setTest(placeOf(event), isLive)}
        onStep={(by) => onChange({ test: tidy(split.test + by) }, false)}
      />
    </div>
  );
}

function Gap(props: {
  readonly label: string;
  readonly value: number;
  readonly at: number;
  readonly onMove: (event: PointerEvent, isLive: boolean) => void;
  readonly onStep: (by: number) => void;
}) {
  const { label, value, at, onMove, onStep } = props;
  const isHeld = useRef(false);
  const onKeyDown = (event: KeyboardEvent): void => {
    // Left makes what is kept back larger: that is where the gap goes.
    const by = { ArrowLeft: STEP, ArrowUp: STEP, ArrowRight: -STEP, ArrowDown: -STEP }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    onStep(event.shiftKey ? by * 10 : by);
  };
  return (
    <div
      className="data-gap"
      style={{ left: `${at * 100}%` }}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={MOST * 100}
      aria-valuenow={Math.round(value * 100)}
      aria-valuetext={formatPercent(value, 0)}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        isHeld.current = true;
      }}
      onPointerMove={(event) => isHeld.current && onMove(event, true)}
      onPointerUp={(event) => {
        if (!isHeld.current) return;
        isHeld.current = false;
        onMove(event, false);
      }}
    />
  );
}
