/** What can leave, in which format and under which name. One entry for each exporter, by itself. */
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { toast } from 'sonner';
import { errorMessage } from '#engine/ir/errors.ts';
import type { ExportFormatInfo } from '#engine/protocol/index.ts';
import { closeDialog } from '../app/appStore.ts';
import { defineDialog } from '../app/defineDialog.ts';
import { bridge } from '../bridge/index.ts';
import { documentStore } from '../state/document.ts';
import { runStore, shownRun } from '../state/runs.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Icon, type IconName } from '../ui/Icon.tsx';
import { Segments } from '../ui/Segments.tsx';
import type { ExporterDefinition } from './defineExporter.ts';
import { exporters, exportNow } from './exporters.ts';
import { ModelExport } from './ModelExport.tsx';
import { SaveAs } from './SaveAs.tsx';
import './export.css';

function ExportDialog() {
  const formats = useModelFormats();
  const all = [...exporters.values()];
  const [run] = useState(() => shownRun(runStore.getState()));
  const name = useStore(documentStore, (state) => state.document.name);
  const [picked, pick] = useState<string | null>(null);
  // The trained model comes first, once it is known in which formats it can leave.
  const chosen = picked ?? formats?.[0]?.id ?? null;
  const exporter = all.find(({ id }) => id === chosen);
  const format = formats?.find(({ id }) => id === chosen);
  return (
    <Dialog
      open
      onClose={closeDialog}
      title={`Export ${name}`}
      aside={run ? `run ${run.name}` : 'never trained'}
      wide
    >
      <div className="export">
        <ul aria-label="What to export">
          {formats?.map(({ id, label, doc, kind, isProven }) => (
            <Kind
              key={id}
              icon={kind === 'picture' ? 'picture' : isProven ? 'box' : 'file'}
              title={label}
              about={doc}
              isChosen={id === chosen}
              onChoose={() => pick(id)}
            />
          ))}
          {all.map(({ id, label, about, icon, missing }) => (
            <Kind
              key={id}
              icon={icon}
              title={sentence(label)}
              about={missing?.() == null ? about : 'Nothing to export yet'}
              isChosen={id === chosen}
              onChoose={() => pick(id)}
            />
          ))}
        </ul>
        {format && <ModelExport key={format.id} format={format} run={run} />}
        {exporter && <Choices key={exporter.id} exporter={exporter} />}
      </div>
    </Dialog>
  );
}

/** Null until they are known; none where they cannot be asked for. */
function useModelFormats(): readonly ExportFormatInfo[] | null {
  const [formats, setFormats] = useState<readonly ExportFormatInfo[] | null>(null);
  useEffect(() => {
    bridge.call('exports.formats', null).then(setFormats, () => setFormats([]));
  }, []);
  return formats;
}

function Kind(props: {
  readonly icon: IconName;
  readonly title: string;
  readonly about: string;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}) {
  return (
    <li>
      <button
        type="button"
        className="export-kind"
        aria-pressed={props.isChosen}
        onClick={props.onChoose}
      >
        <Icon name={props.icon} />
        <span>
          <b>{props.title}</b>
          <small className="ellipsis" title={props.about}>
            {props.about}
          </small>
        </span>
      </button>
    </li>
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
      <SaveAs name={name} extension={format.extension} onName={setName} />
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
