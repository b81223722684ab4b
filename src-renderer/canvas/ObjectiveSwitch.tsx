/** Above the canvas, of several objectives: whose gradient the wires show, and where that goes. */
import { useDocument } from '../state/documentSession.ts';
import { ObjectiveBadge } from '../training/ObjectiveBadge.tsx';
import { gradientText, objectiveFlows } from '../training/objectiveFlow.ts';
import { objectiveMarks } from '../training/objectives.ts';
import { Segments } from '../ui/Segments.tsx';
import { useCanvasState, useCanvasStore } from './useCanvasState.ts';
import './ObjectiveSwitch.css';

const NONE = 'none';

export function ObjectiveSwitch() {
  const document = useDocument((state) => state.document);
  const analysis = useDocument((state) => state.analysis);
  const canvasStore = useCanvasStore();
  const objective = useCanvasState((state) => state.objective);
  if (analysis.objectives.length < 2) return null;
  const marks = objectiveMarks(analysis);
  const flow = objective === null ? undefined : objectiveFlows(document, analysis)[objective];
  return (
    <div className="objective-switch">
      <Segments
        label="Wires show the gradient of"
        value={flow ? String(flow.index) : NONE}
        options={[
          { value: NONE, label: 'All' },
          ...marks.map((mark) => ({
            value: String(mark.index),
            label: (
              <>
                <ObjectiveBadge mark={mark} />
                <span className="objective-switch-name">{mark.name}</span>
              </>
            ),
          })),
        ]}
        onChange={(next) =>
          canvasStore.setState({ objective: next === NONE ? null : Number(next) })
        }
      />
      {flow && (
        <span
          className="objective-switch-text"
          role="status"
          title={`Gradient ${gradientText(flow, marks)}`}
        >
          Gradient {gradientText(flow, marks)}
        </span>
      )}
    </div>
  );
}
