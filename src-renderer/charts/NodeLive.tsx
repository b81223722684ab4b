/** The inspector's live part: weights, filters and activations of the selected node at the shown step. */
import { useCallback, useSyncExternalStore } from 'react';
import type { NodeAnalysis } from '#engine/check/analysis.ts';
import type { Histogram, NodeTelemetry, ParameterTelemetry } from '#engine/protocol/run.ts';
import { live } from '../state/live.ts';
import { useIsRunOfDocument } from '../state/runOfDocument.ts';
import { formatExponent, formatFixed, formatInteger, formatPercent } from '../ui/format.ts';
import { Section } from '../ui/Section.tsx';
import { chartColors, layerChartColor } from './colors.ts';
import { drawFilters, filterGridHeight, type Filters } from './drawFilters.ts';
import { drawHistogram } from './drawHistogram.ts';
import { silenceText } from './silenceText.ts';
import { initialWeights } from '#engine/drawing/staticPicture.ts';
import { formatUpdateRatio, isUpdateRatioOdd } from './updateRatio.ts';
import { useCanvas } from './useCanvas.ts';
import './NodeLive.css';

const NO_PARAMETERS: readonly ParameterTelemetry[] = [];

/** What the live view has of a node now. Renders at most ten times a second: for small components. */
export function useNodeTelemetry(id: string): NodeTelemetry | undefined {
  return useSyncExternalStore(
    useCallback((changed) => live.subscribe(id, changed), [id]),
    () => live.node(id),
  );
}

function useParameters(id: string): readonly ParameterTelemetry[] {
  return useSyncExternalStore(
    useCallback((changed) => live.subscribe(id, changed), [id]),
    () => {
      const parameters = live.parametersOf(id);
      return parameters.length === 0 ? NO_PARAMETERS : parameters;
    },
  );
}

export function NodeLive({ node }: { readonly node: NodeAnalysis }) {
  const ours = useIsRunOfDocument();
  const latest = useNodeTelemetry(node.id);
  const measured = useParameters(node.id);
  const telemetry = ours ? latest : undefined;
  const parameters = ours ? measured : NO_PARAMETERS;
  const weight = parameters[0];
  const initial = Object.entries(node.params)[0];
  return (
    <>
      {weight ? (
        <WeightsSection key={weight.name} weight={weight} all={parameters} node={node} />
      ) : (
        initial && (
          <Section id="weights" title="Weights" fact="before training">
            <HistogramCanvas
              histogram={initialWeights(initial[1], node.id.length).histogram}
              node={node}
              alpha={0.38}
            />
          </Section>
        )
      )}
      {weight?.filters && <FiltersSection filters={weight.filters} node={node} />}
      {telemetry && (
        <Section
          id="activations"
          title="Activations"
          fact={<ActivationFact telemetry={telemetry} />}
        >
          <HistogramCanvas
            histogram={telemetry.activation}
            node={node}
            heights="root"
            zeroShare={telemetry.zeroShare}
            tall
          />
          <dl className="facts">
            <dt>Mean</dt>
            <dd>{formatFixed(telemetry.mean, 3)}</dd>
            <dt>Standard deviation</dt>
            <dd>{formatFixed(telemetry.standardDeviation, 3)}</dd>
            <dt>Zero</dt>
            <dd>{formatPercent(telemetry.zeroShare)}</dd>
            {telemetry.silence && (
              <>
                <dt>Dead units counted in</dt>
                <dd>{formatInteger(telemetry.silence.samples)} samples</dd>
              </>
            )}
            {telemetry.nonFiniteShare > 0 && (
              <>
                <dt>NaN or infinite</dt>
                <dd className="danger">{formatPercent(telemetry.nonFiniteShare)}</dd>
              </>
            )}
            {telemetry.gradientNorm !== undefined && (
              <>
                <dt>Gradient norm</dt>
                <dd>{formatExponent(telemetry.gradientNorm, 3)}</dd>
              </>
            )}
          </dl>
        </Section>
      )}
    </>
  );
}

function ActivationFact({ telemetry }: { readonly telemetry: NodeTelemetry }) {
  const dead = silenceText(live.frame, telemetry.node);
  const step = `step ${formatInteger(live.frame?.step ?? 0)}`;
  if (!dead) return <>{step}</>;
  return (
    <>
      {step}&ensp;
      <span className={dead.tone === 'plain' ? undefined : dead.tone} title={dead.long}>
        {dead.short}
      </span>
    </>
  );
}

function WeightsSection(props: {
  readonly weight: ParameterTelemetry;
  readonly all: readonly ParameterTelemetry[];
  readonly node: NodeAnalysis;
}) {
  const { weight, all, node } = props;
  const fact = (
    <>
      mean {formatFixed(weight.mean, 3)}&ensp;sd {formatFixed(weight.standardDeviation, 3)}
    </>
  );
  return (
    <Section id="weights" title="Weights" fact={fact}>
      <HistogramCanvas histogram={weight.weights} node={node} />
      <dl className="facts">
        {all.map((parameter) => (
          <ParameterFacts
            key={parameter.name}
            parameter={parameter}
            judged={parameter === weight}
          />
        ))}
      </dl>
    </Section>
  );
}

/**
 * Update over weight, the number that tells whether the learning rate fits this tensor. A bias, small at
 * first, moves by its own rules: it is told, not judged.
 */
function ParameterFacts(props: {
  readonly parameter: ParameterTelemetry;
  readonly judged: boolean;
}) {
  const { parameter, judged } = props;
  const odd = judged && isUpdateRatioOdd(parameter.updateRatio);
  const key = parameter.name.slice(parameter.node.length + 1);
  return (
    <>
      <dt>Update / {key}</dt>
      <dd className={odd ? 'warn' : undefined}>{formatUpdateRatio(parameter.updateRatio)}</dd>
    </>
  );
}

function FiltersSection(props: { readonly filters: Filters; readonly node: NodeAnalysis }) {
  const { filters } = props;
  const fact = `${formatInteger(filters.count)} of ${filters.height} × ${filters.width}`;
  return (
    <Section id="filters" title="Filters" fact={fact}>
      <FilterCanvas filters={filters} />
    </Section>
  );
}

function FilterCanvas({ filters }: { readonly filters: Filters }) {
  const canvas = useCanvas((surface) => drawFilters(surface, filters, chartColors()), []);
  return (
    <div className="filters" style={{ paddingTop: filterGridHeight(filters) }}>
      <canvas ref={canvas.ref} role="img" aria-label={`First ${filters.count} filters`} />
    </div>
  );
}

function HistogramCanvas(props: {
  readonly histogram: Histogram;
  readonly node: NodeAnalysis;
  readonly heights?: 'root' | 'linear';
  readonly alpha?: number;
  readonly zeroShare?: number;
  readonly tall?: boolean;
}) {
  const { histogram, node, heights = 'linear', alpha = 0.75, zeroShare = 0, tall = false } = props;
  const canvas = useCanvas((surface) => {
    const colors = chartColors();
    drawHistogram(surface.context, { x: 0, y: 0, ...sizeOf(surface) }, histogram, colors, {
      color: layerChartColor(colors, node.definition),
      alpha,
      heights,
      gap: 1,
      ends: true,
      zeroMark: true,
      zeroShare,
      fontSize: 10,
    });
  }, []);
  return (
    <canvas
      ref={canvas.ref}
      className={tall ? 'live-histogram tall' : 'live-histogram'}
      role="img"
      aria-label={`Histogram from ${formatFixed(histogram.min, 3)} to ${formatFixed(histogram.max, 3)}`}
    />
  );
}

function sizeOf({ width, height }: { readonly width: number; readonly height: number }) {
  return { width, height };
}
