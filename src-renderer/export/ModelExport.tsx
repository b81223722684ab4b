/**
 * A trained model in a format that others read: which weights, how it is written, and the proof that the file
 * answers as the network does, before anybody has it.
 */
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { toast } from 'sonner';
import type { JsonValue } from '#engine/ir/attrs.ts';
import { errorMessage } from '#engine/ir/errors.ts';
import { defaultAttrs } from '#engine/ir/attrs.ts';
import type {
  ExportFormatInfo,
  PreparedExport,
  RunCheckpoint,
  RunSummary,
  WhichWeights,
} from '#engine/protocol/index.ts';
import { closeDialog } from '../app/appStore.ts';
import { download } from '../app/download.ts';
import { fetchFile } from '../app/fetchFile.ts';
import { dataSources } from '../app/services.ts';
import { bridge } from '../bridge/index.ts';
import { SettingRows } from '../inspector/SettingRows.tsx';
import { documentStore } from '../state/document.ts';
import { nodeTitles } from './outputNodes.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { formatInteger } from '../ui/format.ts';
import { Select } from '../ui/Select.tsx';
import { Switch } from '../ui/Switch.tsx';
import { type ExportState, usePreparedExport } from './preparedExport.ts';
import { shownOptions } from './shownOptions.ts';
import { PicturePreview } from './PicturePreview.tsx';
import { SaveAs } from './SaveAs.tsx';
import { Verification } from './Verification.tsx';
import { portText } from './verificationWords.ts';
import './ModelExport.css';

type Options = Readonly<Record<string, JsonValue>>;

export function ModelExport({
  format,
  run,
}: {
  readonly format: ExportFormatInfo;
  readonly run: RunSummary | null;
}) {
  const [options, setOptions] = useState<Options>({});
  const [which, setWhich] = useState<WhichWeights | undefined>(undefined);
  const [outputs, setOutputs] = useState<readonly string[]>([]);
  const [name, setName] = useState<string | null>(null);
  const [withCard, setWithCard] = useState(true);
  const document = useStore(documentStore, (state) => state.document);
  const state = usePreparedExport({
    subject: run
      ? { kind: 'run', runId: run.id, ...(which !== undefined && { which }) }
      : { kind: 'document', document, project: dataSources.project() },
    format: format.id,
    ...{ options, outputs },
  });
  const prepared = state.kind === 'ready' ? state.prepared : null;
  const fileName =
    name ??
    prepared?.file.name.slice(0, -1 - format.extension.length) ??
    run?.name ??
    document.name;
  const isRefused = prepared?.report.verification?.isSame === false;
  const save = async (): Promise<void> => {
    if (!prepared) return;
    try {
      await saveExport(prepared, { fileName: `${fileName}.${format.extension}`, format, withCard });
      closeDialog();
    } catch (error) {
      toast.error(errorMessage(error));
    }
  };
  const values = { ...defaultAttrs(format.options), ...options };
  const shown = useShownOptions(format, prepared, options);
  return (
    <form
      className={format.kind === 'picture' ? 'model-export of-picture' : 'model-export'}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <div className="model-export-options">
        <section className="export-part">
          <h3>{format.label} options</h3>
          <div className="form">
            {(run || format.kind === 'model') && (
              <Weights run={run} which={which} onChoose={setWhich} />
            )}
            <SettingRows
              schema={shown}
              values={values}
              disabled={false}
              onChange={(key, value) => setOptions({ ...options, [key]: value })}
            />
          </div>
        </section>
        {format.isProven && <Ports prepared={prepared} outputs={outputs} onOutputs={setOutputs} />}
      </div>
      <div className="model-export-proof" aria-busy={state.kind === 'busy'}>
        <Proof state={state} format={format} />
      </div>
      <div className="model-export-foot">
        <SaveAs name={fileName} extension={format.extension} onName={setName} />
        {format.kind === 'model' && (
          <label className="model-export-card">
            <Switch label="Model card" checked={withCard} onChange={setWithCard} />
            <span>Model card</span>
          </label>
        )}
        <span className="grow" />
        <Button onClick={closeDialog}>Cancel</Button>
        <Button
          variant={isRefused ? 'destructive' : 'primary'}
          type="submit"
          disabled={prepared === null}
        >
          {isRefused ? 'Export anyway' : 'Export'}
        </Button>
      </div>
    </form>
  );
}

/**
 * Without those that are about nothing of this network, unless they were set. What the last file told stays while
 * the next one is made.
 */
function useShownOptions(
  format: ExportFormatInfo,
  prepared: PreparedExport | null,
  options: Options,
): ExportFormatInfo['options'] {
  const [idle, setIdle] = useState<readonly string[]>([]);
  useEffect(() => {
    if (prepared) setIdle(prepared.report.idleOptions);
  }, [prepared]);
  return shownOptions(format.options, idle, options);
}

async function saveExport(
  { file, card }: PreparedExport,
  options: {
    readonly fileName: string;
    readonly format: ExportFormatInfo;
    readonly withCard: boolean;
  },
): Promise<void> {
  const { fileName, format, withCard } = options;
  download(fileName, await fetchFile(file, format.mediaType));
  if (withCard && card !== null) {
    download(`${fileName}.md`, new Blob([card], { type: 'text/markdown' }));
  }
}

/** What is known of the file, or how it looks. */
function Proof(props: { readonly state: ExportState; readonly format: ExportFormatInfo }) {
  const { state, format } = props;
  switch (state.kind) {
    case 'busy':
      return (
        <p className="model-export-busy" role="status">
          {BUSY[format.isProven ? 'proven' : format.kind]}
        </p>
      );
    case 'failed':
      return (
        <p className="model-export-failed" role="alert">
          {state.message}
        </p>
      );
    case 'ready':
      return format.kind === 'picture' ? (
        <PicturePreview prepared={state.prepared} mediaType={format.mediaType} />
      ) : (
        <Verification report={state.prepared.report} />
      );
  }
}
const BUSY: Readonly<Record<ExportFormatInfo['kind'] | 'proven', string>> = {
  proven: 'Writing the file and running it with ONNX Runtime',
  model: 'Writing the file',
  picture: 'Drawing the picture',
};

const CHECKPOINTS: Readonly<Record<RunCheckpoint['which'], string>> = {
  best: 'Best',
  last: 'Last',
  kept: 'Kept',
};

/** Best, last and those kept on the way; a project without a run has its initial ones. */
function Weights(props: {
  readonly run: RunSummary | null;
  readonly which: WhichWeights | undefined;
  readonly onChoose: (which: WhichWeights) => void;
}) {
  const { run, which, onChoose } = props;
  const [all, setAll] = useState<readonly RunCheckpoint[]>([]);
  const runId = run?.id ?? null;
  useEffect(() => {
    if (runId === null) return;
    bridge.call('runs.checkpoints', { runId }).then(setAll, () => setAll([]));
  }, [runId]);
  const valueOf = ({ which: kind, step }: RunCheckpoint): string =>
    kind === 'kept' ? String(step) : kind;
  const options = all
    .toSorted((a, b) => ORDER.indexOf(a.which) - ORDER.indexOf(b.which) || b.step - a.step)
    .map((each) => ({
      value: valueOf(each),
      label: `${CHECKPOINTS[each.which]}, step ${formatInteger(each.step)}`,
    }));
  const usual = options[0]?.value ?? 'last';
  return (
    <>
      <span className="form-label">Weights</span>
      <div className="form-control">
        {run ? (
          <Select
            label="Weights"
            value={String(which ?? usual)}
            options={options}
            onChange={(value) =>
              onChoose(value === 'best' || value === 'last' ? value : Number(value))
            }
          />
        ) : (
          <span className="t2">Initial: it was never trained</span>
        )}
      </div>
    </>
  );
}
const ORDER: readonly RunCheckpoint['which'][] = ['best', 'last', 'kept'];

/** No node is called so: ids have no blanks. */
const NO_NODE = 'no node';

/** What the file takes and answers, and nodes that it answers beside the predictions. */
function Ports(props: {
  readonly prepared: PreparedExport | null;
  readonly outputs: readonly string[];
  readonly onOutputs: (outputs: readonly string[]) => void;
}) {
  const { prepared, outputs, onOutputs } = props;
  const analysis = useStore(documentStore, (state) => state.analysis);
  const known = nodeTitles(analysis).filter(({ id }) => !outputs.includes(id));
  const { report } = prepared ?? {};
  return (
    <section className="export-part">
      <h3>
        Inputs and outputs <span className="t2">named in the file</span>
      </h3>
      <ul className="export-ports">
        {report?.inputs.map((port) => (
          <li key={`in ${port.name}`}>
            <span className="form-label">Input</span>
            <span className="ellipsis">{port.name}</span>
            <span className="mono t2">{portText(port)}</span>
          </li>
        ))}
        {report?.outputs.map((port) => (
          <li key={`out ${port.name}`}>
            <span className="form-label">Output</span>
            <span className="ellipsis">{port.name}</span>
            <span className="mono t2">{portText(port)}</span>
            {outputs.includes(port.name) && (
              <IconButton
                small
                icon="close"
                label={`Without the output ${port.name}`}
                onClick={() => onOutputs(outputs.filter((each) => each !== port.name))}
              />
            )}
          </li>
        ))}
      </ul>
      {known.length > 0 && (
        <Select
          small
          label="Add a node as output"
          value={NO_NODE}
          options={[
            { value: NO_NODE, label: 'Add a node as output' },
            ...known.map(({ id, title }) => ({ value: id, label: title })),
          ]}
          onChange={(id) => id !== NO_NODE && onOutputs([...outputs, id])}
        />
      )}
    </section>
  );
}
