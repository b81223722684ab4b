/**
 * What goes with an exported model, as Markdown: what it is, what it was trained on and how well, what it takes and
 * answers, what it was compared with, and what nobody has looked at. After Mitchell et al.,
 * https://arxiv.org/abs/1810.03993. Says nothing that is not known.
 */
import { analyse } from '../check/analyse.ts';
import type { DataField } from '../ir/attrs.ts';
import type { NetworkDocument } from '../ir/document.ts';
import { metricName } from '../metrics/names.ts';
import type { ExportPort, ExportReport, Verification } from '../protocol/exportContract.ts';
import type { RunSummary } from '../protocol/run.ts';
import { formatBytes, formatInteger, formatNumber, formatPercent } from '../runs/numberText.ts';
import { figureWords } from '../runs/words.ts';
import { differsText, lossText, reducedLosses, sameText } from '../runs/exportWords.ts';
import { fieldsOf } from './source.ts';

export interface ModelCardRequest {
  /** Of the file. */
  readonly fileName: string;
  readonly document: NetworkDocument;
  readonly report: ExportReport;
  /** Null: a project, with the weights of a file or initial ones. */
  readonly run: RunSummary | null;
  readonly weights: { readonly which: string; readonly step: number } | null;
}

export function modelCard(request: ModelCardRequest): string {
  const sections = [
    whatItIs(request),
    training(request),
    takesAndAnswers(request),
    comparison(request.report.verification),
    limits(request),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function whatItIs({ fileName, document, report, run }: ModelCardRequest): string {
  const layers = new Map<string, number>();
  const left = new Set(report.leftOut);
  for (const { id, type } of document.nodes) {
    if (!left.has(id) && type !== 'Data') layers.set(type, (layers.get(type) ?? 0) + 1);
  }
  const counted = [...layers].map(([type, count]) => (count === 1 ? type : `${count} ${type}`));
  const parameters = run ? `, ${formatInteger(run.parameters)} parameters` : '';
  return [
    `# ${document.name}`,
    '',
    `\`${fileName}\`: a neural network of ${counted.join(', ')}${parameters}, ${formatBytes(report.sizeBytes)} as ${report.format}.`,
    ...(document.notes ? ['', document.notes] : []),
  ].join('\n');
}

function training({ document, report, run, weights }: ModelCardRequest): string {
  const lines = ['## Training', ''];
  if (!report.trained) {
    lines.push('It was never trained: its weights are those that training would begin with.');
    return lines.join('\n');
  }
  const { training: settings } = document;
  lines.push(
    `- Data: ${sourceOf(document)}${run ? `, fingerprint \`${run.dataFingerprint}\`` : ''}`,
  );
  lines.push(
    `- Optimiser: ${settings.objectives.map(({ optimizer }) => optimizer.type).join(', ')}, batches of ${settings.batchSize}, seed ${settings.seed}`,
  );
  if (!run) return lines.join('\n');
  const { step, epoch } = run.progress;
  lines.push(
    `- Trained for ${formatInteger(step)} steps (${formatNumber(epoch)} epochs) on ${run.device.split(',')[0] ?? ''}, run \`${run.id}\``,
  );
  if (weights)
    lines.push(`- These weights: ${weights.which}, of step ${formatInteger(weights.step)}`);
  const rows = (['validation', 'test'] as const).flatMap((split) =>
    Object.entries(run.last?.[split]?.values ?? {})
      .filter(([key]) => metricName(key).ofSamples)
      .map(
        ([key, value]) => `| ${metricName(key).label} | ${split} | ${figureWords(key, value)} |`,
      ),
  );
  if (rows.length > 0) {
    lines.push('', 'At its end:', '', '| Metric | Part | Value |', '|---|---|---|', ...rows);
  }
  return lines.join('\n');
}

function sourceOf(document: NetworkDocument): string {
  const sources = document.nodes.flatMap(({ type, attrs }) =>
    type === 'Data' && typeof attrs['source'] === 'string' ? [`\`${attrs['source']}\``] : [],
  );
  return sources.length === 0 ? 'none' : [...new Set(sources)].join(', ');
}

function takesAndAnswers({ document, report }: ModelCardRequest): string {
  if (report.inputs.length === 0) return '';
  const fields = fieldsOf(analyse(document));
  const rows = (ports: readonly ExportPort[]): readonly string[] =>
    ports.map((port) => {
      const field = fields.find(({ name }) => name === port.name);
      return `| \`${port.name}\` | ${port.shape.map((dim) => dim ?? 'N').join(' x ')} | ${port.dtype} | ${meaningOf(port, field)} |`;
    });
  const classes = fields.find(({ classNames }) => classNames)?.classNames ?? [];
  return [
    '## What it takes and answers',
    '',
    '| Input | Shape | Type | Meaning |',
    '|---|---|---|---|',
    ...rows(report.inputs),
    '',
    '| Output | Shape | Type | Meaning |',
    '|---|---|---|---|',
    ...rows(report.outputs),
    ...(classes.length > 0 ? ['', `Classes, in this order: ${classes.join(', ')}.`] : []),
    ...(report.notes.length > 0 ? ['', ...report.notes] : []),
  ].join('\n');
}

function meaningOf({ name }: ExportPort, field: DataField | undefined): string {
  if (field) {
    const [low, high] = field.range ?? [];
    const range = low === undefined || high === undefined ? '' : `, about ${low} to ${high}`;
    return `${field.shape.length === 3 ? 'an image, channels first' : 'numbers of the data'}${range}`;
  }
  if (/(^|\.)logits$/.test(name)) return 'raw scores, larger is likelier';
  if (/(^|\.)probabilities$/.test(name)) return 'probabilities';
  return /(^|\.)prediction$/.test(name) ? 'the prediction' : 'of a node by this name';
}

function comparison(verification: Verification | null): string {
  if (!verification) return '';
  const { runtime, samples, from, outputs, classes, isSame, firstDifferent } = verification;
  const verdict = isSame
    ? `${sentence(sameText(verification))}.`
    : `${sentence(differsText(verification))}, first at ${firstDifferent ?? 'the outputs'}.`;
  return [
    '## Compared',
    '',
    `The file was run with ${runtime} on ${formatInteger(samples)} ${from} samples. ${verdict}`,
    '',
    ...outputs.map(
      ({ name, largest, relative }) =>
        `- \`${name}\`: largest difference ${formatNumber(largest)} (${formatNumber(relative)} of the largest number)`,
    ),
    ...classes.map(({ output, same, accuracy }) => {
      const right = accuracy
        ? `; right ${formatPercent(accuracy.here, 2)} here, ${formatPercent(accuracy.there, 2)} there`
        : '';
      return `- \`${output}\`: the same class for ${formatInteger(same)} of ${formatInteger(samples)}${right}`;
    }),
    ...reducedLosses(verification).map((loss) => `- ${lossText(loss)}`),
  ].join('\n');
}

/** `the answers differ` -> `The answers differ`. */
const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What is true of every model that nobody has looked at further. */
function limits({ report }: ModelCardRequest): string {
  return [
    '## Limits',
    '',
    '- It is only as good as the figures above, on data like that it was trained on.',
    '- Nobody has looked at how it does for groups within the data, nor on data that is damaged or of another kind.',
    ...(report.leftOut.length > 0
      ? [`- Not in the file, being of use in training alone: ${report.leftOut.join(', ')}.`]
      : []),
  ].join('\n');
}
