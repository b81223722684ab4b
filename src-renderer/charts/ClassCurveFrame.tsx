/** What is around curves of classes, whoever's they are: title, ticks and names of the axes; the plot fills it. */
import type { PointerEventHandler, ReactNode } from 'react';
import { CLASS_CURVES, type ClassCurveKind, type CurvePoint } from './classCurves.ts';
import './ClassCurveChart.css';

const TICKS = [0, 1] as const;
type OnPointer = PointerEventHandler<HTMLDivElement>;

export function ClassCurveFrame(props: {
  readonly kind: ClassCurveKind;
  /** Beside the title. */
  readonly figure?: string;
  readonly onPointerDown?: OnPointer;
  readonly onPointerMove: OnPointer;
  readonly onPointerLeave: OnPointer;
  readonly children: ReactNode;
}) {
  const { kind, figure, children, ...handlers } = props;
  const { title, x, y } = CLASS_CURVES[kind];
  return (
    <figure className="class-curve" data-kind={kind}>
      <figcaption className="curve-legend">
        <span className="curve-title">{title}</span>
        {figure !== undefined && (
          <span className="curve-value">
            <b>{figure}</b>
          </span>
        )}
      </figcaption>
      <Ticks side="y" name={y} />
      <div
        className="class-curve-plot"
        role="img"
        aria-label={`${title}: ${y.long.toLowerCase()} over ${x.long.toLowerCase()}`}
        {...handlers}
      >
        {children}
      </div>
      <Ticks side="x" name={x} />
    </figure>
  );
}

function Ticks(props: {
  readonly side: 'x' | 'y';
  readonly name: { readonly long: string; readonly short: string };
}) {
  const { side, name } = props;
  const edge = side === 'x' ? 'left' : 'bottom';
  return (
    <div className={`class-curve-ticks ${side}`} aria-hidden="true">
      {TICKS.map((tick) => (
        <span key={tick} style={{ [edge]: `${tick * 100}%` }}>
          {tick}
        </span>
      ))}
      <span className="axis-name long">{name.long}</span>
      <span className="axis-name short">{name.short}</span>
    </div>
  );
}

export function CurveDot(props: {
  readonly point: CurvePoint;
  readonly color: string;
  readonly isLarge?: boolean;
}) {
  const { point, color, isLarge = false } = props;
  const style = { left: `${point.x * 100}%`, top: `${(1 - point.y) * 100}%`, background: color };
  return <i className="class-curve-dot" data-large={isLarge || undefined} style={style} />;
}

/** Words about a point, in the corner that is away from it. */
export function CurveReadout({ at, text }: { readonly at: CurvePoint; readonly text: string }) {
  const across = at.x > 0.5 ? { right: '4px' } : { left: '4px' };
  const up = at.y > 0.5 ? { bottom: '4px' } : { top: '4px' };
  return (
    <div className="readout" style={{ ...across, ...up }}>
      {text}
    </div>
  );
}
