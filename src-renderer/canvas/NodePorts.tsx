/** The ports of a card: square for integers, hollow while nothing is wired, faded where a wire may not go. */
import { Handle, Position } from '@xyflow/react';
import { own } from '#engine/ir/record.ts';
import { memo } from 'react';
import type { NodeAnalysis } from '#engine/check/analysis.ts';
import { useDocument } from '../state/documentSession.ts';
import { portKey, type Direction } from '../state/operations/connect.ts';
import { portsInUse, problemIndex } from '../state/selectors.ts';
import { useCanvasState } from './useCanvasState.ts';
import { isPortNamed, portY } from '#engine/drawing/geometry.ts';
import { wireLabel } from '#engine/drawing/wires.ts';
import './NodePorts.css';

export const NodePorts = memo(function NodePorts(props: { readonly node: NodeAnalysis }) {
  const { node } = props;
  const ports = usePorts(node);
  return (
    <>
      {(['in', 'out'] as const).map((direction) =>
        ports[direction].map((port, index) => (
          <Port
            key={`${direction}:${port}`}
            node={node}
            direction={direction}
            port={port}
            y={portY(index, ports[direction].length)}
            named={isPortNamed(index, ports[direction].length)}
          />
        )),
      )}
    </>
  );
});

/** Nothing can be wired to a loss, which ends the graph: its output shows only where a file wires it. */
function usePorts({ id, ports, definition }: NodeAnalysis): NodeAnalysis['ports'] {
  const used = useDocument(({ document }) =>
    ports.out.some((port) => portsInUse(document).has(portKey('out', { node: id, port }))),
  );
  return definition?.role === 'loss' && !used ? { in: ports.in, out: NO_PORTS } : ports;
}
const NO_PORTS: readonly string[] = [];

function Port(props: {
  readonly node: NodeAnalysis;
  readonly direction: Direction;
  readonly port: string;
  readonly y: number;
  readonly named: boolean;
}) {
  const { node, direction, port, y } = props;
  const key = portKey(direction, { node: node.id, port });
  const wiring = useDocument((state) => {
    if (!portsInUse(state.document).has(key)) return 'open';
    const input = `${node.id}.${port}`;
    return direction === 'in' && problemIndex(state.analysis).byInput.has(input)
      ? 'broken'
      : 'wired';
  });
  const wired = wiring !== 'open';
  const state = useCanvasState(({ inHand }) => {
    if (!inHand) return '';
    if (portKey(inHand.direction, inHand.port) === key) return 'held';
    return inHand.legal.has(key) ? 'legal' : 'refused';
  });
  const type = direction === 'in' ? own(node.inputs, port) : own(node.outputs, port);
  const square = type !== undefined && type.dtype !== 'f32';
  const classes = [
    'port',
    direction,
    wired ? 'wired' : '',
    square ? 'square' : '',
    wiring === 'broken' ? 'broken' : '',
    state,
  ]
    .filter(Boolean)
    .join(' ');
  const words = `${direction === 'in' ? 'Input' : 'Output'} ${port} of ${node.id}`;
  const shape = type ? `, ${wireLabel(type)}` : '';
  return (
    <>
      <Handle
        id={port}
        type={direction === 'in' ? 'target' : 'source'}
        position={direction === 'in' ? Position.Left : Position.Right}
        className={classes}
        style={{ top: y - 1 }}
        role="img"
        aria-label={`${words}${shape}${wired ? '' : ', not wired'}`}
        title={`${port}${type ? `  ${wireLabel(type)}` : ''}`}
        isConnectableEnd={state !== 'refused'}
      />
      {props.named && (
        <span className={`port-name ${direction}`} style={{ top: y - 7 }} aria-hidden="true">
          {port}
        </span>
      )}
    </>
  );
}
