/** Everything about one node: settings, shapes and cost, formula, live weights, problems. */
import type { NodeAnalysis } from '#engine/check/analysis.ts';
import { NodeLive } from '../charts/NodeLive.tsx';
import { commandMenu } from '../commands/menus.ts';
import { applyFix } from '../problems/fixes.ts';
import { documentNode, problemsOf, titleOf } from '../state/selectors.ts';
import { useNodeDifferences } from '../state/useRunDifferences.ts';
import { useDocument, useDocuments } from '../state/documentSession.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { Formula } from '../ui/Formula.tsx';
import { Icon } from '../ui/Icon.tsx';
import { layerIcon } from '#engine/drawing/layerIcons.ts';
import { layerColor } from '../ui/layerLook.tsx';
import { Menu } from '../ui/Menu.tsx';
import { Section } from '../ui/Section.tsx';
import { TextField } from '../ui/TextField.tsx';
import { AttrForm } from './AttrForm.tsx';
import { DataSection } from './DataSection.tsx';
import { NodeFacts } from './NodeFacts.tsx';
import { LossWeights } from './LossWeights.tsx';
import { NodeTraining } from './NodeTraining.tsx';
import { SweepScope } from './SweepThis.tsx';
import './NodeInspector.css';

const SEVERITY_ICON = { error: 'error', warning: 'warning', info: 'info' } as const;
const SEVERITY_CLASS = { error: 'danger', warning: 'warn', info: 't3' } as const;

export function NodeInspector({ node }: { readonly node: NodeAnalysis }) {
  const documents = useDocuments();
  const stored = useDocument((state) => documentNode(state.document, node.id));
  const problems = useDocument((state) => problemsOf(state.analysis, node.id));
  const ran = new Map(useNodeDifferences(node.id).map(({ key, was }) => [key, was]));
  if (!stored) return null;
  const { definition } = node;
  const hasForm = Object.values(definition?.attrs ?? {}).some(
    ({ kind, hidden }) =>
      hidden !== true && kind !== 'source' && kind !== 'options' && kind !== 'fields',
  );
  return (
    <>
      <header className="inspector-head">
        <span className="inspector-icon" style={{ '--category': layerColor(definition) }}>
          <Icon name={layerIcon(definition)} />
        </span>
        <div className="grow">
          <b className="ellipsis">{titleOf(stored)}</b>
          <small className="ellipsis">
            {node.type}
            {definition && definition.label !== node.type ? `, ${definition.label}` : ''}
          </small>
        </div>
        <Menu align="end" entries={nodeActions()}>
          <IconButton icon="more" label="Actions" small />
        </Menu>
      </header>
      {problems.length > 0 && (
        <div className="inspector-problems">
          {problems.map((problem) => (
            <div key={`${problem.code}${problem.port ?? ''}${problem.path ?? ''}`}>
              <span className={SEVERITY_CLASS[problem.severity]}>
                <Icon name={SEVERITY_ICON[problem.severity]} size={14} />
              </span>
              <div className="grow">
                <p>{problem.message}</p>
                {problem.explanation !== undefined && <p className="t3">{problem.explanation}</p>}
                <div className="inspector-actions">
                  {(problem.fixes ?? []).map((fix) => (
                    <Button key={fix.label} small onClick={() => applyFix(documents, fix)}>
                      {fix.label}
                    </Button>
                  ))}
                </div>
              </div>
            </div>
          ))}
        </div>
      )}
      {definition === null && (
        <p className="empty">
          This version does not know the layer {node.type}. It is kept in the file as it is.
        </p>
      )}
      {definition?.role === 'data' && <DataSection node={node} />}
      {hasForm && definition && (
        <Section id="attributes" title="Attributes">
          <SweepScope paths={[`${node.id}.`]}>
            <AttrForm
              schema={definition.attrs}
              values={node.attrs}
              stored={stored.attrs}
              wired={node}
              ran={ran}
              onChange={(name, value, kind, label) => {
                documents.apply([{ kind: 'setAttrs', id: node.id, attrs: { [name]: value } }], {
                  label: `Set ${label.toLowerCase()}`,
                  undo: { gesture: `${node.id}.${name}` },
                });
                if (kind === 'done') documents.endGesture();
              }}
            />
          </SweepScope>
        </Section>
      )}
      <NodeTraining node={node} />
      <LossWeights node={node} />
      <NodeFacts node={node} />
      {definition?.formula !== undefined && (
        <Section id="formula" title="Formula">
          <Formula source={definition.formula} />
        </Section>
      )}
      {definition?.role !== 'data' && definition?.role !== 'loss' && <NodeLive node={node} />}
      <Section id="about" title="About">
        {definition && <p className="t2 inspector-doc">{definition.doc}</p>}
        <div className="form">
          <label className="form-label" htmlFor="node-name">
            Name
          </label>
          <TextField
            id="node-name"
            label="Name"
            value={stored.name ?? ''}
            placeholder={node.id}
            onCommit={(name) =>
              documents.apply([{ kind: 'renameNode', id: node.id, name }], {
                label: 'Rename',
              })
            }
          />
          <span className="form-label">Id</span>
          <span className="mono t3">{node.id}</span>
        </div>
      </Section>
    </>
  );
}

function nodeActions() {
  return commandMenu([
    'graph.connect',
    'graph.bypass',
    '-',
    'edit.copy',
    'edit.duplicate',
    'edit.delete',
    '-',
    'edit.selectUpstream',
    'edit.selectDownstream',
    'view.fitSelection',
  ]);
}
