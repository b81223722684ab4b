/** Several metrics of a run in one chart: who stands where as the legend, and the lines below. */
import { useContext, useMemo } from 'react';
import { useRunView } from '../state/runView.ts';
import { objectiveToken } from '../training/objectives.ts';
import type { SharedCurves, SharedLine } from '../training/sharedCurves.ts';
import { formatY } from './curveOption.ts';
import { GhostContext } from './ghost.ts';
import { sharedContentOf } from './sharedCurveContent.ts';
import { useCurvePlot } from './useCurvePlot.ts';
import { useCurveValues } from './useCurveValues.ts';
import './CurveChart.css';

export function SharedCurveChart({ curves }: { readonly curves: SharedCurves }) {
  const view = useRunView();
  const ghost = useContext(GhostContext);
  // The same lines are the same chart, whenever they were put together.
  const lines = JSON.stringify(curves);
  const content = useMemo(() => {
    const shared = JSON.parse(lines) as SharedCurves;
    return (width: number) => sharedContentOf(shared, width, view, ghost);
  }, [lines, view, ghost]);
  const container = useCurvePlot(content, view, ghost);
  return (
    <div className="curve">
      <Legend curves={curves} />
      <div
        ref={container}
        className="curve-plot"
        role="img"
        // The figures are in the legend; the arrow keys read along the curves.
        tabIndex={0}
        aria-label={`${curves.title} over training: ${curves.lines.map(({ title }) => title).join(', ')}`}
      />
    </div>
  );
}

/** Of each line what it came to while training, and in its title what validation came to. */
function Legend({ curves }: { readonly curves: SharedCurves }) {
  const { of, baseline } = useCurveValues();
  const isValidated = curves.lines.some(({ key }) => {
    const { train, validation } = of(key);
    return Number.isFinite(train) && Number.isFinite(validation);
  });
  return (
    <div className="curve-legend">
      <span className="curve-title" title={curves.doc}>
        {curves.title}
      </span>
      {curves.lines.map((line) => {
        const { train, validation, base } = of(line.key);
        const value = Number.isFinite(train) ? train : validation;
        if (!Number.isFinite(value)) return null;
        const told = Number.isFinite(validation)
          ? `, validation ${formatY(validation, line.key, true)}`
          : '';
        const under = Number.isFinite(base)
          ? `, baseline ${formatY(base, line.key, true)} (${baseline})`
          : '';
        return (
          <span key={line.key} className="curve-value" title={`${line.title}${told}${under}`}>
            <svg width="10" height="8" aria-hidden="true">
              <path d="M0 4h10" stroke={colorOf(line)} strokeWidth="1.5" />
            </svg>
            <span>{line.name}</span> <b>{formatY(value, line.key, true)}</b>
            {Number.isFinite(base) && (
              <span className="curve-base" title={`The baseline, ${baseline}`}>
                base {formatY(base, line.key, true)}
              </span>
            )}
          </span>
        );
      })}
      {isValidated && (
        <span className="curve-value" title="Dashed: on the validation samples">
          <svg width="10" height="8" aria-hidden="true">
            <path d="M0 4h10" stroke="var(--t-3)" strokeWidth="1.5" strokeDasharray="4 3" />
          </svg>
          <span>val</span>
        </span>
      )}
    </div>
  );
}

const colorOf = ({ objective }: SharedLine): string =>
  objective === null ? 'var(--t-3)' : objectiveToken(objective);
