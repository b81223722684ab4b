/** What was found wrong with the data, the gravest first, each with what mends it in one click. */
import { useMemo, useState } from 'react';
import type { DatasetInfo } from '#engine/protocol/appContract.ts';
import type { Finding, FindingFix } from '#engine/protocol/profileContract.ts';
import { documentStore } from '../state/document.ts';
import { Button } from '../ui/Button.tsx';
import { Count } from '../ui/Count.tsx';
import { Icon, type IconName } from '../ui/Icon.tsx';
import { Section } from '../ui/Section.tsx';
import type { ChosenData } from './chosenData.ts';
import { changeData, type DataChange } from './edits.ts';
import { countOf } from './FindingCounts.tsx';
import { suggestionOf } from './suggestions.ts';
import { useDatasets } from './useDatasets.ts';
import { keptOptions } from './waysToRead.ts';

const LOOKS: Readonly<Record<Finding['severity'], { icon: IconName; className: string }>> = {
  danger: { icon: 'error', className: 'danger' },
  warning: { icon: 'warning', className: 'warn' },
  info: { icon: 'info', className: 't3' },
};

export function Findings(props: {
  readonly data: ChosenData;
  readonly findings: readonly Finding[];
  /** Names of columns, which stand out in the text. */
  readonly names: readonly string[];
  readonly onShow?: (column: number) => void;
}) {
  const { data, findings, names, onShow } = props;
  const datasets = useDatasets();
  const danger = countOf(findings, 'danger');
  const warnings = countOf(findings, 'warning');
  return (
    <Section
      id="data-findings"
      title="Warnings"
      flush
      fact={
        <>
          <Count
            value={danger}
            tone="danger"
            label={danger === 1 ? '1 danger' : `${danger} dangers`}
          />
          <Count
            value={warnings}
            tone="warn"
            label={warnings === 1 ? '1 warning' : `${warnings} warnings`}
          />
          {danger + warnings === 0 && 'none'}
        </>
      }
    >
      <Suggest data={data} findings={findings} />
      {findings.length === 0 && <p className="data-finding-none">Nothing was found wrong.</p>}
      <ul className="data-findings" aria-label="Warnings">
        {findings.map((finding) => {
          const { code, severity, columns, message, consequence, fixes } = finding;
          const [first] = columns;
          const { icon, className } = LOOKS[severity];
          return (
            <li key={`${code} ${columns.join()}`} data-code={code}>
              <span className={className}>
                <Icon name={icon} size={14} />
                <span className="visually-hidden">{severity}: </span>
              </span>
              <div>
                <p>
                  <Message
                    text={message}
                    name={first === undefined ? undefined : names[first]}
                    {...(first !== undefined && onShow ? { onShow: () => onShow(first) } : {})}
                  />
                  {consequence !== undefined && ` ${consequence}`}
                </p>
                <div className="data-fixes">
                  {fixes.map((fix) => (
                    <Button
                      key={fix.label}
                      small
                      onClick={() =>
                        changeData(documentStore, data, changeOf(fix, data, datasets), fix.label)
                      }
                    >
                      {fix.label}
                    </Button>
                  ))}
                </div>
              </div>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

function changeOf(fix: FindingFix, data: ChosenData, datasets: readonly DatasetInfo[]): DataChange {
  const source = fix.rowsAs && `${fix.rowsAs}${data.source.slice(data.source.indexOf(':'))}`;
  return {
    options: fix.options,
    ...(fix.split && { split: fix.split }),
    ...(source && { reading: { source, kept: keptOptions(data, source, datasets) } }),
  };
}

/** All that is proposed at once: said before it is done, and undone as one step. */
function Suggest(props: { readonly data: ChosenData; readonly findings: readonly Finding[] }) {
  const { data, findings } = props;
  const [isOpen, setOpen] = useState(false);
  const { labels, options, split } = useMemo(
    () => suggestionOf(data.options, findings),
    [data.options, findings],
  );
  if (labels.length < 2) return null;
  return (
    <div className="data-suggest">
      <Button small aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        Suggest
      </Button>
      {isOpen && (
        <>
          <ol aria-label="What is suggested">
            {labels.map((label) => (
              <li key={label}>{label}</li>
            ))}
          </ol>
          <Button
            small
            onClick={() => {
              setOpen(false);
              const change = { options, ...(Object.keys(split).length > 0 ? { split } : {}) };
              changeData(documentStore, data, change, 'Apply suggestions');
            }}
          >
            Apply {labels.length} changes
          </Button>
        </>
      )}
    </div>
  );
}

/** The column's name in it stands out, and leads to the column. */
function Message(props: {
  readonly text: string;
  readonly name: string | undefined;
  readonly onShow?: () => void;
}) {
  const { text, name, onShow } = props;
  const at = name === undefined || name === '' ? -1 : text.indexOf(name);
  if (at < 0 || name === undefined) return text;
  return (
    <>
      {text.slice(0, at)}
      {onShow ? (
        <button type="button" onClick={onShow}>
          {name}
        </button>
      ) : (
        <b>{name}</b>
      )}
      {text.slice(at + name.length)}
    </>
  );
}
