/** Several nodes at once: what they are together, and settings that all of them have. */
import type { NodeAnalysis } from '#engine/check/analysis.ts';
import { runCommand } from '../commands/registry.ts';
import { useDocument, useDocuments } from '../state/documentSession.ts';
import { documentNode } from '../state/selectors.ts';
import { Button } from '../ui/Button.tsx';
import { formatCount, formatInteger } from '../ui/format.ts';
import { Icon } from '../ui/Icon.tsx';
import { Section } from '../ui/Section.tsx';
import { AttrForm } from './AttrForm.tsx';
import { SweepScope } from './SweepThis.tsx';
import './NodeInspector.css';

export function ManyNodes({ ids }: { readonly ids: readonly string[] }) {
  const documents = useDocuments();
  const analysis = useDocument((state) => state.analysis);
  const document = useDocument((state) => state.document);
  const nodes = ids.flatMap((id) => analysis.nodes.get(id) ?? []);
  const sum = (of: (node: NodeAnalysis) => number): number =>
    nodes.reduce((total, node) => total + of(node), 0);
  const types = new Map<string, number>();
  for (const { type } of nodes) types.set(type, (types.get(type) ?? 0) + 1);
  const [first] = nodes;
  const alike = types.size === 1 && first?.definition ? first : null;
  return (
    <>
      <header className="inspector-head">
        <span className="inspector-icon" style={{ '--category': 'var(--t-2)' }}>
          <Icon name="copy" />
        </span>
        <div className="grow">
          <b>{formatCount(nodes.length, 'node')}</b>
          <small className="ellipsis">
            {[...types].map(([type, count]) => `${count} ${type}`).join(', ')}
          </small>
        </div>
      </header>
      {alike?.definition && alike.definition.role !== 'data' && (
        <Section id="attributes" title="Attributes" fact="of all of them">
          <SweepScope paths={ids.map((id) => `${id}.`)}>
            <AttrForm
              schema={alike.definition.attrs}
              values={alike.attrs}
              stored={documentNode(document, alike.id)?.attrs ?? {}}
              onChange={(name, value, kind, label) => {
                documents.apply(
                  ids.map((id) => ({ kind: 'setAttrs', id, attrs: { [name]: value } })),
                  {
                    label: `Set ${label.toLowerCase()}`,
                    undo: { gesture: `${ids.join()}.${name}` },
                  },
                );
                if (kind === 'done') documents.endGesture();
              }}
            />
          </SweepScope>
        </Section>
      )}
      <Section id="shapes" title="Together">
        <dl className="facts">
          <dt>Parameters</dt>
          <dd>{formatInteger(sum((node) => node.parameterCount))}</dd>
          <dt>FLOPs per sample</dt>
          <dd>{formatInteger(sum((node) => node.flopsPerSample))}</dd>
        </dl>
        <div className="inspector-actions">
          {(
            [
              ['graph.layout', 'Lay out'],
              ['graph.bypass', 'Bypass'],
              ['edit.duplicate', 'Duplicate'],
              ['edit.delete', 'Delete'],
            ] as const
          ).map(([id, title]) => (
            <Button key={id} small onClick={() => void runCommand(id)}>
              {title}
            </Button>
          ))}
        </div>
      </Section>
    </>
  );
}
