/** `netloom sweep`: a search from the command line; its trials are runs like any other. */
import { inputError, type NetworkDocument } from '#engine/ir/index.ts';
import { metricName } from '#engine/metrics/names.ts';
import type { TrainingSettings } from '#engine/ir/trainingSettings.ts';
import { isActive, type RunProgress, type SweepInfo } from '#engine/protocol/index.ts';
import { shortName } from '#engine/runs/index.ts';
import {
  ablation,
  ablationResult,
  bestOf,
  gridValues,
  parameterText,
  readSpace,
  removableNodes,
  type SearchSpace,
  type SettingResult,
  Sweep,
  sweepAnswer,
  sweepName,
  type SweepTrial,
  valueText,
} from '#engine/search/index.ts';
import { figureText } from './figureText.ts';
import { createNodeHost, type NodeHost } from './host.ts';
import { EXIT, note, print, printJson, problemLine } from './output.ts';
import { createStatusLine } from './progressLine.ts';
import { checkedDocument, withSettingOptions } from './settingOptions.ts';
import { sweepText } from './sweepProgress.ts';
import { type DataArguments, withData } from './withData.ts';

/** Beside the settings that the schema gives an option: see settingOptions.ts. */
export interface SweepOptions extends DataArguments {
  readonly set?: readonly string[];
  readonly search?: string;
  readonly trials?: number;
  readonly minutes?: number;
  readonly seeds?: number;
  readonly folds?: number;
  readonly stop?: string;
  readonly ablate?: true;
  readonly name?: string;
  readonly resume?: string;
  readonly json?: true;
}

const DEFAULT_TRIALS = 20;

export async function sweep(path: string | undefined, options: SweepOptions): Promise<number> {
  const host = createNodeHost();
  const { services } = host;
  try {
    const { resume } = options;
    const begin =
      resume === undefined
        ? await begun(host, path, options)
        : () => services.sweeps.resume(named(host, resume).id, more(options));
    const info = await toEnd(host, begin, options);
    return report(host, info, options);
  } finally {
    await services.close();
  }
}

const more = ({ trials, minutes }: SweepOptions) => ({
  ...(trials !== undefined && { trials }),
  ...(minutes !== undefined && { minutes }),
});

/** By id, the first characters of one, or the name of the latest that has it. */
function named({ services }: NodeHost, text: string): SweepInfo {
  const all = services.sweeps.list();
  const found =
    all.find(({ id, plan }) => id === text || plan.name === text) ??
    all.find(({ id }) => text.length >= 6 && id.startsWith(text));
  if (found) return found;
  throw inputError('sweep.unknown', `There is no sweep "${text}".`);
}

/** Everything that can be refused is, before anything trains. */
async function begun(
  { services }: NodeHost,
  path: string | undefined,
  options: SweepOptions,
): Promise<() => SweepInfo> {
  if (path === undefined) {
    throw inputError('sweep.no-project', 'Name a project, or a sweep to go on with by --resume.');
  }
  const opened = await services.projects.read(path);
  for (const problem of opened.problems) note(problemLine(problem));
  const given = withSettingOptions(opened.document.training, { ...options }) as TrainingSettings;
  const { folds } = options;
  const training = folds === undefined ? given : { ...given, split: { ...given.split, folds } };
  const set = checkedDocument({ ...opened.document, training });
  const { document, access, changes } = await withData(set, path, options, services);
  for (const change of changes) note(change);
  const space = spaceOf(document, options);
  // Every seed sees every fold.
  const seeds = (options.seeds ?? 1) * (folds ?? 1);
  if (space.length === 0 && seeds === 1) {
    throw inputError('sweep.nothing', 'Nothing varies.', {
      explanation:
        'Name a setting and its values: --set fc1.outFeatures=32,64,128; or --seeds 5, or --folds 5.',
    });
  }
  const strategy = options.search ?? 'grid';
  const gridSize = space.reduce((size, parameter) => size * gridValues(parameter).length, 1);
  return () =>
    services.sweeps.start({
      ...{ document, access, space, strategy, seeds },
      name: options.name ?? sweepName(document, space, seeds),
      stopping: options.stop ?? null,
      trials: options.trials ?? (strategy === 'grid' ? gridSize : DEFAULT_TRIALS),
      minutes: options.minutes ?? null,
    });
}

function spaceOf(document: NetworkDocument, { set = [], ablate }: SweepOptions): SearchSpace {
  const space = readSpace(set, document);
  return ablate ? [...space, ablation(removableNodes(document))] : space;
}

async function toEnd(
  { services }: NodeHost,
  begin: () => SweepInfo,
  { json }: SweepOptions,
): Promise<SweepInfo> {
  const { sweeps } = services;
  const line = json ? null : createStatusLine(process.stderr);
  const told = new Set<number>();
  /** Of the trials that train now, by run. */
  const progress = new Map<string, RunProgress>();
  let latest: SweepInfo | null = null;
  services.onSweep((info) => {
    if (info.id !== latest?.id) return;
    latest = info;
    for (const trial of info.trials) {
      if (trial.state === 'running' || told.has(trial.number)) continue;
      told.add(trial.number);
      if (json) printJson({ sweep: info.id, ...trialJson(info, trial) });
      else {
        line?.clear();
        note(trialLine(info, trial));
      }
    }
  });
  // Whichever lane trains it.
  services.onRunChanged((run) => {
    if (!line || !latest) return;
    if (!isActive(run.progress.state)) return void progress.delete(run.id);
    progress.set(run.id, run.progress);
    line.show(sweepText(latest, (runId) => progress.get(runId)));
  });
  let interrupts = 0;
  const onInterrupt = (): void => {
    interrupts += 1;
    if (interrupts > 1 || latest === null) process.exit(130);
    note('Stopping; press Ctrl+C again to end at once.');
    sweeps.pause(latest.id).catch(() => undefined);
  };
  process.on('SIGINT', onInterrupt);
  try {
    const info = begin();
    latest = info;
    for (const { number, state } of info.trials) if (state !== 'running') told.add(number);
    if (!json) {
      note(`${info.plan.name} (${info.id})`);
      for (const parameter of info.plan.space) note(`  ${parameterText(parameter)}`);
    }
    return await sweeps.done(info.id);
  } finally {
    line?.clear();
    process.off('SIGINT', onInterrupt);
  }
}

function report({ services }: NodeHost, info: SweepInfo, { json }: SweepOptions): number {
  const document = services.sweeps.document(info.id);
  const sweep = new Sweep(info.plan, document, info.trials);
  const results = sweep.results();
  if (json) printJson({ sweep: info.id, ...summaryJson(info, sweep) });
  else for (const line of [...table(info, sweep, results), ...answerLines(info)]) print(line);
  if (info.reason !== '') note(info.reason);
  if (info.state === 'paused') {
    note(`It is not at its end; "netloom sweep --resume ${info.id}" goes on with it.`);
  }
  const failed = info.trials.filter(({ state }) => state === 'failed').length;
  return failed > 0 && failed === info.trials.length ? EXIT.input : EXIT.success;
}

function trialJson({ plan }: SweepInfo, trial: SweepTrial) {
  const { number, run, values, seed, fold, state, reason, reports } = trial;
  const best = bestOf(plan, trial);
  return {
    ...{ trial: number, run, values, seed, ...(fold !== undefined && { fold }), state },
    ...(reason !== undefined && { reason }),
    ...{ metric: plan.monitor.key, value: best, epochs: reports.at(-1)?.epoch ?? 0 },
  };
}

function summaryJson(info: SweepInfo, sweep: Sweep) {
  const { plan, state, elapsedMs } = info;
  const best = sweep.best();
  const ablated = ablationResult(plan, info.trials);
  return {
    ...{ name: plan.name, state, seconds: elapsedMs / 1000, metric: plan.monitor.key },
    best: best && trialJson(info, best),
    results: sweep.results().map(({ values, value, trials }) => ({
      ...{ values, value, runs: trials.map(({ run }) => run) },
    })),
    ...(ablated && {
      ablation: ablated.layers.map(({ node, worth, verdict }) => ({ node, worth, verdict })),
    }),
  };
}

/** What came of it in a sentence; of an ablation, what each layer was worth. */
function answerLines({ plan, trials }: SweepInfo): readonly string[] {
  const ablated = ablationResult(plan, trials);
  if (ablated) return ['', ...ablated.layers.map(({ text }) => text), ablated.text];
  const answer = sweepAnswer(plan, trials);
  return answer === null ? [] : ['', answer];
}

function trialLine(info: SweepInfo, trial: SweepTrial): string {
  const { key } = info.plan.monitor;
  const value = bestOf(info.plan, trial);
  const figure = value === null ? 'no figure' : `${key} ${figureText(key, value)}`;
  const why = trial.reason === undefined ? '' : `: ${trial.reason}`;
  const ended = trial.state === 'finished' ? '' : ` (${trial.state}${why})`;
  const settings = info.plan.space
    .map(({ name }) => `${shortName(name)} ${valueText(trial.values, name)}`)
    .join(', ');
  return `trial ${trial.number}: ${[settings, trial.fold === undefined ? '' : `fold ${trial.fold}`, `seed ${trial.seed}`].filter(Boolean).join(', ')}: ${figure}${ended}`;
}

function table(
  info: SweepInfo,
  sweep: Sweep,
  results: readonly SettingResult[],
): readonly string[] {
  const { space, monitor, seeds } = info.plan;
  const { key } = monitor;
  const titles = [
    metricName(key).label,
    ...(seeds > 1 ? [results.some(({ trials }) => trials[0]?.fold) ? 'Folds' : 'Seeds'] : []),
    ...space.map(({ name }) => shortName(name)),
    ...['State', 'Epochs', 'Run'],
  ];
  const rows = results.map(({ values, value, trials }) => {
    const states = [...new Set(trials.map(({ state }) => state))].join(', ');
    const epochs = Math.max(...trials.map(({ reports }) => reports.at(-1)?.epoch ?? 0));
    const told = trials.flatMap((trial) => sweep.bestOf(trial) ?? []);
    const spread =
      told.length > 1
        ? ` (${figureText(key, Math.min(...told))} to ${figureText(key, Math.max(...told))})`
        : '';
    return [
      value === null ? '-' : `${figureText(key, value)}${spread}`,
      ...(seeds > 1 ? [String(told.length)] : []),
      ...space.map(({ name }) => valueText(values, name)),
      ...[states, String(epochs), trials.map(({ run }) => run?.slice(0, 8) ?? '-').join(' ')],
    ];
  });
  const widths = titles.map((title, i) =>
    Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(titles), ...rows.map(line)];
}
