/** What can leave, in which format and under which name. One entry for each exporter, by itself. */
import { useState } from 'react';
import { toast } from 'sonner';
import { errorMessage } from '#engine/ir/errors.ts';
import { closeDialog } from '../app/appStore.ts';
import { defineDialog } from '../app/defineDialog.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Segments } from '../ui/Segments.tsx';
import type { ExporterDefinition } from './defineExporter.ts';
import { exporters, exportNow } from './exporters.ts';
import './export.css';

function ExportDialog() {
  const all = [...exporters.values()];
  const [chosen, choose] = useState(all[0]?.id);
  const exporter = all.find(({ id }) => id === chosen);
  return (
    <Dialog open onClose={closeDialog} title="Export" wide>
      <div className="export">
        <ul aria-label="What to export">
          {all.map(({ id, label, about, icon, missing }) => (
            <li key={id}>
              <button
                type="button"
                className="export-kind"
                aria-pressed={id === chosen}
                onClick={() => choose(id)}
              >
                <Icon name={icon} />
                <span>
                  <b>{sentence(label)}</b>
                  <small>{missing?.() == null ? about : 'Nothing to export yet'}</small>
                </span>
              </button>
            </li>
          ))}
        </ul>
        {exporter && <Choices key={exporter.id} exporter={exporter} />}
      </div>
    </Dialog>
  );
}

/** `the project` -> `The project`. */
const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function Choices({ exporter }: { readonly exporter: ExporterDefinition }) {
  const { formats, Options } = exporter;
  const [extension, setExtension] = useState(formats[0].extension);
  const [name, setName] = useState(exporter.fileName);
  const format = formats.find((each) => each.extension === extension) ?? formats[0];
  const missing = exporter.missing?.() ?? null;
  const save = async (): Promise<void> => {
    closeDialog();
    try {
      await exportNow(exporter, format, name);
    } catch (error) {
      toast.error(errorMessage(error));
    }
  };
  if (missing !== null) return <p className="export-choices t3">{missing}</p>;
  return (
    <form
      className="export-choices"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <p className="t2">{exporter.about}.</p>
      {formats.length > 1 && (
        <div className="form">
          <span className="form-label">Format</span>
          <Segments
            label="Format"
            value={extension}
            options={formats.map(({ extension: value, label }) => ({ value, label }))}
            onChange={setExtension}
          />
        </div>
      )}
      {Options && <Options />}
      <label className="form">
        <span className="form-label">Save as</span>
        <span className="field">
          <input
            value={name}
            maxLength={200}
            onChange={(event) => setName(event.target.value)}
            onFocus={(event) => event.target.select()}
          />
          <span className="unit">.{format.extension}</span>
        </span>
      </label>
      <div className="export-foot">
        <Button onClick={closeDialog}>Cancel</Button>
        <Button variant="primary" type="submit">
          Export
        </Button>
      </div>
    </form>
  );
}

export default defineDialog({
  id: 'export',
  command: {
    id: 'project.export',
    title: 'Export',
    group: 'File',
    icon: 'export',
    keys: ['$mod+Shift+e'],
    inText: true,
    keywords: ['save', 'download', 'file', 'format'],
  },
  Component: ExportDialog,
});
