/**
 * The network as a table while nothing is selected: every layer in the order it computes, what comes out,
 * what it trains, and its share of the work. Known before any training.
 */
import { useState } from 'react';
import { own } from '#engine/ir/record.ts';
import type { Analysis, NodeAnalysis } from '#engine/check/analysis.ts';
import { formatShape, type Shape } from '#engine/ir/tensor.ts';
import { useDocuments } from '../state/documentSession.ts';
import { formatCompact, formatFlops } from '../ui/format.ts';
import { Section } from '../ui/Section.tsx';
import { Segments } from '../ui/Segments.tsx';
import './NetworkSummary.css';

/** What the bars compare. */
const MEASURES = {
  parameters: (node: NodeAnalysis) => node.parameterCount,
  flops: (node: NodeAnalysis) => node.flopsPerSample,
} as const;
type Measure = keyof typeof MEASURES;

const FORMAT: Readonly<Record<Measure, (value: number) => string>> = {
  parameters: formatCompact,
  flops: formatFlops,
};

export function NetworkSummary({ analysis }: { readonly analysis: Analysis }) {
  const documents = useDocuments();
  const [measure, setMeasure] = useState<Measure>('parameters');
  const nodes = analysis.order.flatMap((id) => analysis.nodes.get(id) ?? []);
  const most = Math.max(1, ...nodes.map(MEASURES[measure]));
  const total = measure === 'parameters' ? analysis.parameterCount : analysis.flopsPerSample;
  return (
    <Section id="summary" title="Network" fact={FORMAT[measure](total)}>
      <Segments
        label="Compare layers by"
        value={measure}
        options={[
          { value: 'parameters', label: 'Parameters' },
          { value: 'flops', label: 'FLOPs' },
        ]}
        onChange={setMeasure}
      />
      <table className="summary">
        <thead>
          <tr>
            <th scope="col">Layer</th>
            <th scope="col">Output</th>
            <th scope="col">{measure === 'parameters' ? 'Params' : 'Per sample'}</th>
          </tr>
        </thead>
        <tbody>
          {nodes.map((node) => {
            const value = MEASURES[measure](node);
            const output = own(node.outputs, node.ports.out[0] ?? '');
            return (
              <tr key={node.id} style={{ '--share': value / most }}>
                <th scope="row">
                  <button
                    type="button"
                    className="ellipsis"
                    onClick={() =>
                      documents.select({ nodes: new Set([node.id]), wires: new Set() })
                    }
                  >
                    {node.id}
                  </button>
                </th>
                <td className="mono">{output ? perSample(output.shape) : '?'}</td>
                <td>{value > 0 ? FORMAT[measure](value) : ''}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Section>
  );
}

/** Of one sample: the batch is the same everywhere. */
function perSample(shape: Shape): string {
  return shape.length < 2 ? 'scalar' : formatShape(shape.slice(1));
}
