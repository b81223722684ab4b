/** What follows from wires and settings: shapes in and out, parameters, cost, receptive field. */
import type { ReactNode } from 'react';
import { own } from '#engine/ir/record.ts';
import type { NodeAnalysis } from '#engine/check/analysis.ts';
import { elementCount, type TensorType } from '#engine/ir/tensor.ts';
import { formatInteger, formatSpacedShape } from '../ui/format.ts';
import { Section } from '../ui/Section.tsx';
import './NodeFacts.css';

function portRows(
  title: string,
  ports: readonly string[],
  types: Readonly<Record<string, TensorType>>,
): ReactNode {
  return ports.map((port) => {
    const type = own(types, port);
    const several = ports.length > 1;
    return (
      <div key={port} className="facts-row">
        <dt>{several ? port : title}</dt>
        <dd className="mono">
          {type ? formatSpacedShape(type.shape) : <span className="t3">not wired</span>}
          {type && type.dtype !== 'f32' && <span className="t3"> {type.dtype}</span>}
        </dd>
      </div>
    );
  });
}

/** `288 + 32`: the tensors a layer trains, in their order. */
function parts(node: NodeAnalysis): string {
  const sizes = Object.values(node.params).map(({ shape }) => formatInteger(elementCount(shape)));
  return sizes.length > 1 ? sizes.join(' + ') : '';
}

export function NodeFacts({ node }: { readonly node: NodeAnalysis }) {
  const output = own(node.outputs, node.ports.out[0] ?? '');
  const buffers = Object.keys(node.buffers).length;
  return (
    <Section
      id="shapes"
      title="Shapes and cost"
      fact={output ? <span className="mono">{formatSpacedShape(output.shape)}</span> : undefined}
    >
      <dl className="facts">
        {portRows('Input', node.ports.in, node.inputs)}
        {portRows('Output', node.ports.out, node.outputs)}
        {node.parameterCount > 0 && (
          <div className="facts-row">
            <dt>Parameters</dt>
            <dd>
              {formatInteger(node.parameterCount)} <small className="t3">{parts(node)}</small>
            </dd>
          </div>
        )}
        {buffers > 0 && (
          <div className="facts-row">
            <dt>Kept, not trained</dt>
            <dd className="mono">{Object.keys(node.buffers).join(', ')}</dd>
          </div>
        )}
        {node.flopsPerSample > 0 && (
          <div className="facts-row">
            <dt>FLOPs per sample</dt>
            <dd>{formatInteger(node.flopsPerSample)}</dd>
          </div>
        )}
        {node.receptiveField && (
          <div className="facts-row">
            <dt>Receptive field</dt>
            <dd>{node.receptiveField.join(' × ')}</dd>
          </div>
        )}
        {differsInTraining(node) && (
          <div className="facts-row">
            <dt>Evaluation</dt>
            <dd className="t2">acts differently</dd>
          </div>
        )}
      </dl>
    </Section>
  );
}

function differsInTraining({ definition, attrs }: NodeAnalysis): boolean {
  const differs = definition?.differsInTraining;
  return typeof differs === 'function' ? differs(attrs) : differs === true;
}
