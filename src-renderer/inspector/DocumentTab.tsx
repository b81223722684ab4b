/** The document as a whole: what it is, its layers, how it is trained, notes. */
import { useState } from 'react';
import { own } from '#engine/ir/record.ts';
import { formatShape } from '#engine/ir/tensor.ts';
import { useDocument, useDocuments } from '../state/documentSession.ts';
import { documentNode, problemsOf, titleOf } from '../state/selectors.ts';
import { formatInteger } from '../ui/format.ts';
import { Section } from '../ui/Section.tsx';
import { TextField } from '../ui/TextField.tsx';
import { TrainingSection } from './TrainingSection.tsx';
import './NodeInspector.css';
import './DocumentTab.css';

export function DocumentTab() {
  const documents = useDocuments();
  const document = useDocument((state) => state.document);
  const analysis = useDocument((state) => state.analysis);
  const path = useDocument((state) => state.path);
  const trained = [...analysis.nodes.values()].filter((node) => node.parameterCount > 0).length;
  return (
    <>
      <header className="inspector-head">
        <div className="grow">
          <b className="ellipsis">{document.name}</b>
          <small className="ellipsis" title={path ?? undefined}>
            {path ?? 'Not saved to a file yet'}
          </small>
        </div>
      </header>
      <Section
        id="summary"
        title="Summary"
        fact={`${formatInteger(analysis.parameterCount)} params`}
      >
        <div className="form">
          <label className="form-label" htmlFor="document-name">
            Name
          </label>
          <TextField
            id="document-name"
            label="Name"
            value={document.name}
            validate={(name) => (name.trim() === '' ? 'needs a name' : null)}
            onCommit={(name) =>
              documents.apply([{ kind: 'setMeta', name: name.trim() }], {
                label: 'Rename the project',
              })
            }
          />
        </div>
        <dl className="facts spaced">
          <dt>Trainable layers</dt>
          <dd>{formatInteger(trained)}</dd>
          <dt>Parameters</dt>
          <dd>{formatInteger(analysis.parameterCount)}</dd>
          <dt>FLOPs per sample</dt>
          <dd>{formatInteger(analysis.flopsPerSample)}</dd>
        </dl>
      </Section>
      <TrainingSection />
      <Section id="layers" title="Layers" fact={formatInteger(document.nodes.length)} flush>
        <table className="table layers-table">
          <thead>
            <tr>
              <th>Name</th>
              <th>Output</th>
              <th className="num">Params</th>
            </tr>
          </thead>
          <tbody>
            {analysis.order.map((id) => {
              const node = analysis.nodes.get(id);
              const stored = documentNode(document, id);
              const output = own(node?.outputs, node?.ports.out[0] ?? '');
              const broken = problemsOf(analysis, id)[0]?.severity === 'error';
              if (!node || !stored) return null;
              return (
                <tr
                  key={id}
                  onClick={() => documents.select({ nodes: new Set([id]), wires: new Set() })}
                >
                  <td className={broken ? 'danger ellipsis' : 'ellipsis'}>{titleOf(stored)}</td>
                  <td className="mono ellipsis">{output ? formatShape(output.shape) : '?'}</td>
                  <td className="num">
                    {node.parameterCount > 0 ? formatInteger(node.parameterCount) : ''}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Section>
      <Section id="notes" title="Notes">
        <Notes key={document.name} notes={document.notes} />
      </Section>
    </>
  );
}

function Notes({ notes }: { readonly notes: string }) {
  const documents = useDocuments();
  const [text, setText] = useState(notes);
  const [known, setKnown] = useState(notes);
  if (known !== notes) {
    setKnown(notes);
    setText(notes);
  }
  return (
    <textarea
      className="textarea"
      aria-label="Notes"
      placeholder="What is this network for?"
      rows={4}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => {
        if (text !== notes) {
          documents.apply([{ kind: 'setMeta', notes: text }], { label: 'Edit notes' });
        }
      }}
    />
  );
}
