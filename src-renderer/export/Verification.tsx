/** The right side of the dialog: whether the file answers as the network does, and what is in it. */
import type { ExportReport, Verification as Proof } from '#engine/protocol/index.ts';
import { FactList } from '../ui/FactList.tsx';
import { formatBytes, formatExponent, formatInteger, formatNumber } from '../ui/format.ts';
import { Icon } from '../ui/Icon.tsx';
import {
  checksOf,
  differenceBars,
  operatorsText,
  provenSentence,
  verdictOf,
} from './verificationWords.ts';

export function Verification({ report }: { readonly report: ExportReport }) {
  const { verification } = report;
  return (
    <>
      {verification ? <Proven proof={verification} /> : <Unproven report={report} />}
      <FileFacts report={report} />
    </>
  );
}

function Unproven({ report }: { readonly report: ExportReport }) {
  return (
    <section className="export-part">
      <h3>Verification</h3>
      <p className="t2">Files of this format are not run here.</p>
      {report.notes.map((note) => (
        <p key={note} className="t2">
          {note}
        </p>
      ))}
    </section>
  );
}

function Proven({ proof }: { readonly proof: Proof }) {
  const isBad = (relative: number): boolean =>
    proof.precision === 'float32' && relative > proof.limit;
  return (
    <section className="export-part" aria-label="Verification">
      <h3>
        Verification
        <span className={proof.isSame ? 'export-verdict good' : 'export-verdict bad'} role="status">
          <Icon name={proof.isSame ? 'check' : 'warning'} size={14} />
          {verdictOf(proof)}
        </span>
      </h3>
      <p className="t2">{provenSentence(proof)}</p>
      <Bars proof={proof} />
      <table className="export-outputs">
        <thead>
          <tr>
            <th scope="col">Output</th>
            <th scope="col">largest</th>
            <th scope="col">mean</th>
            <th scope="col">relative</th>
            <th scope="col">size of values</th>
          </tr>
        </thead>
        <tbody>
          {proof.outputs.map(({ name, largest, mean, relative, range }) => (
            <tr key={name}>
              <th scope="row" className="ellipsis" title={name}>
                {name}
              </th>
              <td className={isBad(relative) ? 'bad' : undefined}>{formatExponent(largest)}</td>
              <td>{formatExponent(mean)}</td>
              <td className={isBad(relative) ? 'bad' : undefined}>{formatExponent(relative)}</td>
              <td>
                {formatNumber(range[0], 3)} to {formatNumber(range[1], 3)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <ul className="export-checks">
        {checksOf(proof).map(({ label, value, isGood }) => (
          <li key={label} className={isGood ? 'good' : 'bad'}>
            <Icon name={isGood ? 'check' : 'warning'} size={14} />
            <span>{label}</span>
            <span>{value}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** How many numbers differ by how much, by powers of ten. */
function Bars({ proof }: { readonly proof: Proof }) {
  const bars = differenceBars(proof);
  const all = proof.outputs.reduce(
    (sum, { decades }) => sum + decades.reduce((a, b) => a + b, 0),
    0,
  );
  return (
    <figure className="export-bars">
      <div aria-hidden="true">
        {bars.map(({ end, height, count }) => (
          <span key={end ?? 'more'} title={`${formatInteger(count)}`}>
            <i style={{ height: `${Math.max(height * 100, count > 0 ? 3 : 0)}%` }} />
            <small>{end ?? 'more'}</small>
          </span>
        ))}
      </div>
      <figcaption>
        absolute difference of {formatInteger(all)} numbers, each below the power of ten under its
        bar
      </figcaption>
    </figure>
  );
}

function FileFacts({ report }: { readonly report: ExportReport }) {
  const { sizeBytes, weightBytes, fullWeightBytes, leftOut, operators } = report;
  const isSmaller = weightBytes < 0.9 * fullWeightBytes;
  return (
    <section className="export-part">
      <h3>
        {report.files.length > 0 ? 'Folder' : 'File'}{' '}
        <span className="t2">{formatBytes(sizeBytes)}</span>
      </h3>
      {report.files.length > 0 && (
        <ul className="export-files" aria-label="Files">
          {report.files.map((file) => (
            <li key={file.path}>
              <span className="mono ellipsis" title={file.path}>
                {file.path}
              </span>
              <span className="t2">{formatBytes(file.sizeBytes)}</span>
            </li>
          ))}
        </ul>
      )}
      <FactList
        facts={[
          [
            'Weights',
            isSmaller
              ? `${formatBytes(weightBytes)}, as float32 ${formatBytes(fullWeightBytes)}`
              : formatBytes(weightBytes),
          ],
          ...(operators.length > 0 ? ([['Operators', operatorsText(report)]] as const) : []),
          ...(leftOut.length > 0
            ? ([['Left out', `${leftOut.join(', ')}: for training only`]] as const)
            : []),
        ]}
      />
    </section>
  );
}
