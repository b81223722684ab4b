/**
 * `netloom export`: a run or a project in a format that others read, and the proof that the file answers as the
 * network does; or a picture of its graph. What differs is written only by force.
 */
import { basename, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { Attr, JsonValue } from '#engine/ir/attrs.ts';
import { NO_FILES } from '#engine/datasets/index.ts';
import { inputError } from '#engine/ir/index.ts';
import { own } from '#engine/ir/record.ts';
import type { ExportFormat } from '#engine/export/define.ts';
import { exportFormats } from '#engine/export/formats/index.ts';
import type { ExportPort, Verification, WhichWeights } from '#engine/protocol/index.ts';
import type { Exported, ExportSubject } from '../services/exports/exports.ts';
import { differsText, lossText, reducedLosses, sameText } from '#engine/runs/exportWords.ts';
import { formatBytes } from '#engine/runs/numberText.ts';
import { findRun } from './findRun.ts';
import { createNodeHost } from './host.ts';
import { EXIT, note, print, printJson } from './output.ts';
import { type DataArguments, withData } from './withData.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

export interface ExportCommandOptions extends DataArguments, Readonly<Record<string, unknown>> {
  readonly to: string;
  readonly out?: string;
  readonly weights?: string;
  readonly node?: readonly string[];
  /** Off by `--no-card`. */
  readonly card?: boolean;
  readonly int8?: true;
  readonly force?: true;
  readonly json?: true;
}

/** `opset`, `foldBatchNorm`: as options of the command line, by the formats that have them. */
export function formatOptions(command: Command): Command {
  const seen = new Set<string>();
  for (const { options } of exportFormats.values()) {
    for (const [name, attr] of Object.entries(options)) {
      if (seen.has(name)) continue;
      seen.add(name);
      command.addOption(optionOf(name, attr));
    }
  }
  return command;
}

const kebab = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** A switch that is on is turned off by `--no-NAME`. */
function optionOf(name: string, attr: Attr): Option {
  const users = [...exportFormats.values()].filter(({ options }) => Object.hasOwn(options, name));
  const help = `${users.map(({ id }) => id).join(', ')}: ${attr.help}`;
  if (attr.kind === 'bool') {
    return new Option(attr.default ? `--no-${kebab(name)}` : `--${kebab(name)}`, help);
  }
  const option = new Option(`--${kebab(name)} <value>`, help);
  return attr.kind === 'choice' ? option.choices(attr.options) : option;
}

/** `target`: a project file, or a run with what is meant of it: `RUN`, `RUN@best`, `RUN@1200`. */
export async function exportModel(target: string, options: ExportCommandOptions): Promise<number> {
  const format = exportFormats.get(options.to);
  if (!format) {
    throw inputError('export.unknown-format', `There is no format "${options.to}".`, {
      path: '--to',
      explanation: `There are ${[...exportFormats.keys()].join(', ')}.`,
    });
  }
  const { services } = createNodeHost();
  try {
    const isPicture = format.kind === 'picture';
    const { subject, name } = await subjectOf(target, options, services, isPicture);
    const path = resolve(options.out ?? usualName(name, format));
    const exported = await services.exports.export(subject, {
      ...{ format: format.id, path, options: givenOptions(format.options, spelledOut(options)) },
      outputs: options.node ?? [],
      container: path.endsWith('.zip') ? 'zip' : 'folder',
      overwrite: options.force === true,
    });
    const { verification } = exported.report;
    const isRefused = verification?.isSame === false && options.force !== true;
    await (isRefused ? exported.drop() : exported.keep({ card: options.card !== false }));
    if (options.json) printJson(jsonOf(exported, isRefused ? null : path));
    else printReport(exported, path);
    if (!isRefused) {
      note(`written to ${path}`);
      return EXIT.success;
    }
    note(
      'error export.differs: The file does not answer as the network does; nothing was written.',
    );
    note('  --force writes it all the same.');
    return EXIT.input;
  } finally {
    await services.close();
  }
}

/** Short for an option that has a value. */
const spelledOut = (options: ExportCommandOptions): ExportCommandOptions =>
  options.int8 ? { ...options, precision: 'int8' } : options;

/** A folder has no ending; one that a person names so is one file. */
function usualName(name: string, { id, extension, isFolder }: ExportFormat): string {
  const plain = name.replace(/[^\w.-]+/g, '-');
  return isFolder ? `${plain}-${id}` : `${plain}.${extension}`;
}

/** What was said of the options of a format; numbers as numbers. */
function givenOptions(
  schema: Readonly<Record<string, Attr>>,
  given: ExportCommandOptions,
): Readonly<Record<string, JsonValue>> {
  const entries = Object.entries(schema).flatMap(([name, attr]) => {
    const value = own(given, name);
    if (value === undefined || value === attr.default) return [];
    const isNumber = attr.kind === 'int' || attr.kind === 'number';
    return [[name, isNumber ? Number(value) : (value as JsonValue)] as const];
  });
  return Object.fromEntries(entries);
}

type Services = ReturnType<typeof createNodeHost>['services'];

async function subjectOf(
  target: string,
  options: ExportCommandOptions,
  services: Services,
  isPicture: boolean,
): Promise<{ readonly subject: ExportSubject; readonly name: string }> {
  const runs = services.runs.list();
  const [, before = '', choice = ''] = /^(.+)@(best|last|\d+)$/.exec(target) ?? [];
  const whole = findRun(runs, target);
  const run = whole ?? (choice === '' ? null : findRun(runs, before));
  if (run) {
    const which: WhichWeights | undefined =
      whole || choice === ''
        ? undefined
        : choice === 'best' || choice === 'last'
          ? choice
          : Number(choice);
    const subject = { kind: 'run', runId: run.id, ...(which !== undefined && { which }) } as const;
    return { subject, name: run.name };
  }
  const opened = (await services.projects.read(target)).document;
  // A picture needs no data: whatever can be opened can be drawn.
  const { document, access } = isPicture
    ? { document: opened, access: NO_FILES }
    : await withData(opened, target, options, services);
  const { weights } = options;
  return {
    subject: { kind: 'document', document, access, ...(weights !== undefined && { weights }) },
    name: basename(target).replace(/(\.netloom)?\.json$/, ''),
  };
}

const jsonOf = ({ report, weights }: Exported, path: string | null) => ({
  path,
  weights: weights && { which: weights.which, step: weights.step },
  ...report,
});

function printReport({ report, weights }: Exported, path: string): void {
  const { format, sizeBytes, weightBytes, operators, leftOut, picture, verification } = report;
  if (picture) {
    const size = `${picture.widthPx}x${picture.heightPx}`;
    print(`${format} ${basename(path)}, ${size}, ${formatBytes(sizeBytes)}`);
    for (const each of report.notes) print(`  ${each}`);
    return;
  }
  const whose = weights
    ? `${weights.which} weights, step ${formatInteger(weights.step)}`
    : report.trained
      ? 'weights of a file'
      : 'initial weights: it was never trained';
  print(
    `${format} ${basename(path)}, ${formatBytes(sizeBytes)} (${whose}, ${formatBytes(weightBytes)})`,
  );
  for (const port of report.inputs) print(`  input  ${portText(port)}`);
  for (const port of report.outputs) print(`  output ${portText(port)}`);
  if (operators.length > 0) {
    print(`  operators: ${operators.map(({ name, count }) => `${name} ${count}`).join(', ')}`);
  }
  if (leftOut.length > 0) print(`  left out: ${leftOut.join(', ')}`);
  for (const file of report.files) print(`  ${file.path} ${formatBytes(file.sizeBytes)}`);
  for (const each of report.notes) print(`  ${each}`);
  if (verification) printVerification(verification);
}

function printVerification(verification: Verification): void {
  const { runtime, samples, from, outputs, classes, elapsedMs, isSame } = verification;
  print(`run with ${runtime} on ${formatInteger(samples)} ${from} samples`);
  if (verification.note !== null) print(`  (${verification.note})`);
  for (const { name, largest, mean, relative } of outputs) {
    const figures = [largest, mean, relative].map((value) => value.toExponential(1));
    print(
      `  ${name}: largest difference ${figures[0]}, mean ${figures[1]}, relative ${figures[2]}`,
    );
  }
  const share = (value: number): string => `${(100 * value).toFixed(2)} %`;
  for (const { output, same, accuracy } of classes) {
    const right = accuracy
      ? `, accuracy ${share(accuracy.here)} here and ${share(accuracy.there)} there`
      : '';
    print(
      `  ${output}: the same class for ${formatInteger(same)} of ${formatInteger(samples)}${right}`,
    );
  }
  print(`  batches of ${verification.batches.join(', ')}: same shapes`);
  print(`  ${elapsedMs.here.toFixed(1)} ms here, ${elapsedMs.there.toFixed(1)} ms there`);
  for (const loss of reducedLosses(verification)) print(`  ${lossText(loss)}`);
  const first = verification.firstDifferent ?? 'the outputs';
  print(
    isSame ? `  ${sameText(verification)}` : `  ${differsText(verification)}, first at ${first}`,
  );
}

const portText = ({ name, dtype, shape }: ExportPort): string =>
  `${name} ${dtype} ${shape.map((dim) => dim ?? 'N').join('x')}`;
