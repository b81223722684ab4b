/**
 * Composition root 3: `netloom` without a window, loaded by its entry. Results go to stdout, everything else to stderr. Exit
 * codes: 0 success, 1 a problem in the input, 2 wrong usage, 3 an internal fault.
 */
import { Command, CommanderError, Option } from 'commander';
import { exportFormats } from '#engine/export/formats/index.ts';
import { stoppingRules, strategies } from '#engine/search/index.ts';
import { notNegative, positive, wholeNumber } from './arguments.ts';
import type { BenchOptions } from './bench.ts';
import { check, type CheckOptions } from './check.ts';
import { addCompare } from './compare.ts';
import { dataset, type DatasetOptions, datasets } from './datasets.ts';
import { exportModel, type ExportCommandOptions, formatOptions } from './export.ts';
import { VERSION } from './host.ts';
import { importModel, type ImportOptions } from './import.ts';
import {
  getDatasets,
  type GetDatasetOptions,
  offeredDatasets,
  type OfferedOptions,
} from './offeredDatasets.ts';
import { open, type OpenOptions } from './open.ts';
import { endWithReader, EXIT, reportFailure } from './output.ts';
import { predict, type PredictOptions } from './predict.ts';
import {
  archiveRuns,
  deleteRuns,
  restoreRuns,
  type TagOptions,
  tagRuns,
  type ThinOptions,
  thinRuns,
} from './runActions.ts';
import { prepare, type PrepareOptions, SPLIT_KINDS } from './prepareSamples.ts';
import { preview, type PreviewOptions, profile } from './profile.ts';
import {
  exportRuns,
  type ExportRunsOptions,
  importRuns,
  type ImportRunsOptions,
} from './runFiles.ts';
import { runs, type RunsOptions, showRun } from './runs.ts';
import type { ServeOptions } from './serve.ts';
import { settingOptions } from './settingOptions.ts';
import { sweep, type SweepOptions } from './sweep.ts';
import { train, type TrainOptions } from './train.ts';

const program = new Command('netloom')
  .description('Wire neural networks, train them on your own machine, see inside while they learn.')
  .version(VERSION)
  // An option of a command within a command is its own: `runs show X --json`.
  .enablePositionalOptions()
  .exitOverride()
  .showHelpAfterError();

/** The exit code of whatever runs. */
let code: number = EXIT.success;
const many = (value: string, before: readonly string[] | undefined) => [...(before ?? []), value];
/** What a table of text is to be. */
const tableOptions = (command: Command): Command =>
  command
    .option('--target <columns>', 'the column to predict, by name or number; several with commas')
    .option('--ignore <columns>', 'columns to leave out, separated by commas')
    .option('--recipe <file>', 'steps for the columns of a table, a JSON list')
    .addOption(
      new Option('--task <kind>', 'what the target is').choices([
        'classification',
        'regression',
        'none',
      ]),
    )
    .option('--data-option <name=value>', 'any option of the data source; repeatable', many);
/** Which data a project trains on. */
const dataOptions = (command: Command): Command =>
  tableOptions(
    command
      .option(
        '--data <source>',
        'replace the data: moons, images:FOLDER, idx:FOLDER, csv:FILE (see netloom datasets), or a set that was fetched: mnist',
      )
      .option(
        '--allow <path>',
        'a file or folder elsewhere that the project may read; repeatable',
        many,
      ),
  );
const json = (): Option => new Option('--json', 'print one JSON object on stdout');

dataOptions(program.command('check'))
  .description('problems, shapes, parameters and cost of a project')
  .argument('<project>', 'a *.netloom.json file')
  .addOption(json())
  .action(async (path: string, options: CheckOptions) => {
    code = await check(path, options);
  });

settingOptions(dataOptions(program.command('train')))
  .description('train a project; the run is recorded like any other')
  .argument('[project]', 'a *.netloom.json file; with --from alone the graph of that run')
  .option(
    '--from <run[@step]>',
    'begin with what a run came to, or was at a checkpoint: the weights that fit; without a project that run is trained on, optimiser and all, for --epochs more',
  )
  .option('--weights-only', 'with --from alone: the optimiser and the steps begin anew')
  .option('--steps <n>', 'stop after this many steps', wholeNumber(1))
  .option('--lr <x>', 'learning rate', positive)
  .option('--init <file>', 'start from the weights of this safetensors file that fit')
  .option('--save <file>', 'write the final weights as safetensors')
  .option('--run-name <name>', 'name of the run')
  .addOption(new Option('--backend <name>', 'executor of the steps').choices(['wasm', 'reference']))
  .option('--telemetry-hz <x>', 'telemetry frames per second; 0 is off', notNegative)
  .addOption(json())
  .action(async (path: string | undefined, options: TrainOptions, command: Command) => {
    if (path === undefined && options.from === undefined) {
      command.error('error: name a project, or with --from a run whose own graph is trained');
    }
    code = await train(path, options);
  });

settingOptions(dataOptions(program.command('sweep')))
  .description('train a project with many settings; each trial is recorded as a run')
  .argument('[project]', 'a *.netloom.json file; none with --resume')
  .option(
    '--set <setting=values>',
    'what varies: fc1.outFeatures=32,64,128, lr=log:1e-4..1e-1, dropout.p=0..0.8, act=ReLU,Tanh (a node of that id), a.outFeatures+b.outFeatures=16,32 (linked), repeat(fc2..relu2)=1..6 (depth), bypassed=none,bn1,bn2; repeatable',
    many,
  )
  .addOption(
    new Option('--search <strategy>', 'what is tried next').choices([...strategies.keys()]),
  )
  .option(
    '--trials <n>',
    'settings at most; all of a grid where none is said, else 20',
    wholeNumber(1),
  )
  .option(
    '--minutes <x>',
    'it ends after so long; the trial that trains then is stopped and kept',
    positive,
  )
  .option('--seeds <k>', 'each setting with so many seeds', wholeNumber(1))
  .option('--folds <k>', 'each setting on each of so many folds: cross-validation', wholeNumber(2))
  .addOption(
    new Option('--stop <rule>', 'ends trials that come to nothing').choices([
      ...stoppingRules.keys(),
    ]),
  )
  .option('--ablate', 'leaves out each layer that can be left out, one at a time')
  .option('--name <name>', 'of the sweep, and the tag of its runs')
  .option('--resume <sweep>', 'go on with one that was cut off; its id, or its name')
  .addOption(json())
  .action(async (path: string | undefined, options: SweepOptions, command: Command) => {
    if (path === undefined && options.resume === undefined) {
      command.error('error: name a project, or a sweep to go on with by --resume');
    }
    code = await sweep(path, options);
  });

dataOptions(program.command('predict'))
  .description('what a trained network answers, every head of it')
  .argument('<project|run>', 'a *.netloom.json file, or the id of a run')
  .option(
    '--input <[field=]file>',
    'samples: .npy, .json, rows of a table, texts or pictures (or a folder of them) as the network learned from; repeatable, one for each field',
    many,
  )
  .option('--cases', 'judge a run by the samples that were kept for its project in the app')
  .option(
    '--generate <count>',
    'so many tokens more of a text, of a run that learned the next one; goes on from --prompt or --input',
    wholeNumber(1),
  )
  .option('--prompt <text>', 'with --generate: how the text begins')
  .option(
    '--temperature <number>',
    'with --generate: 0 takes the likeliest token, 1 draws as learned (0.8)',
    notNegative,
  )
  .option(
    '--top-k <count>',
    'with --generate: draws among so many likeliest; 0: all',
    wholeNumber(0),
  )
  .option('--seed <number>', 'with --generate: another seed, another text', wholeNumber(0))
  .option('--weights <file>', 'safetensors; those of the run where one is named')
  .option(
    '--output <file>',
    'where to write the answers: .npy (of several heads one each), or the rows with them, .csv',
  )
  .addOption(json())
  .action(async (target: string, options: PredictOptions) => {
    code = await predict(target, options);
  });

formatOptions(
  dataOptions(program.command('export'))
    .description(
      'write a model in a format that others read, and prove that it answers the same; or a picture of its graph',
    )
    .argument(
      '<project|run>',
      'a *.netloom.json file, or a run: RUN, RUN@best, RUN@last, RUN@STEP; the best weights where nothing is said',
    )
    .addOption(
      new Option('--to <format>', 'what is written')
        .choices([...exportFormats.keys()])
        .makeOptionMandatory(),
    )
    .option(
      '-o, --out <path>',
      'where; beside you, by its name, where nothing is said; of several files a folder, or one file where it ends in .zip',
    )
    .option('--weights <file>', 'safetensors, for a project; else its initial weights')
    .option('--node <name>', 'answered beside the predictions: NODE or NODE.PORT; repeatable', many)
    .option('--no-card', 'without the model card that goes with it, FILE.md or in the folder')
    .option('--int8', 'onnx: the same as --precision int8')
    .option(
      '--force',
      'write it also where it does not answer as the network does, or among the files of a folder',
    )
    .addOption(json()),
).action(async (target: string, options: ExportCommandOptions) => {
  code = await exportModel(target, options);
});

program
  .command('import')
  .description(
    'a model that left as Netloom JSON: a project, and its weights beside it or as a run; weights alone as a run',
  )
  .argument('<file>', 'a *.model.json file, or *.safetensors')
  .option('-o, --out <project>', 'where; beside you, by its name, where nothing is said')
  .option('--run', 'the weights of a model become a run on record instead of a file')
  .option('--project <file>', 'whose weights they are, of *.safetensors')
  .addOption(json())
  .action(async (file: string, options: ImportOptions) => {
    code = await importModel(file, options);
  });

const runsCommand = program
  .command('runs')
  .enablePositionalOptions()
  .description('the runs on record, newest first')
  .option(
    '--filter <expression>',
    'those that fit: "accuracy > 0.97 and lr < 1e-2"; a metric alone is its best of validation, beside it test.accuracy, last(loss), settings by path and short names (lr, batch, epochs, seed), name, project, tag, status, duration, archived',
  )
  .option('--archived', 'those that were put away, too')
  .addOption(json())
  .action(async (options: RunsOptions) => {
    code = await runs(options);
  });
runsCommand
  .command('show')
  .description('one of them whole: what it was set to and what came of it')
  .argument('<run>', 'its id, the first characters of it, or its name')
  .addOption(json())
  .action(async (target: string, options: RunsOptions) => {
    code = await showRun(target, options);
  });
runsCommand
  .command('delete')
  .description('out of the list; to be had back for a week')
  .argument('<run...>', 'as for show')
  .addOption(json())
  .action(async (targets: readonly string[], options: { json?: true }) => {
    code = await deleteRuns(targets, options);
  });
runsCommand
  .command('restore')
  .description('what was deleted, back into the list')
  .argument('<id...>', 'whole ids')
  .addOption(json())
  .action(async (ids: readonly string[], options: { json?: true }) => {
    code = await restoreRuns(ids, options);
  });
runsCommand
  .command('archive')
  .description('kept, and out of the list; --archived shows it')
  .argument('<run...>', 'as for show')
  .addOption(json())
  .action(async (targets: readonly string[], options: { json?: true }) => {
    code = await archiveRuns(targets, true, options);
  });
runsCommand
  .command('unarchive')
  .description('back into the list')
  .argument('<run...>', 'as for show')
  .addOption(json())
  .action(async (targets: readonly string[], options: { json?: true }) => {
    code = await archiveRuns(targets, false, options);
  });
runsCommand
  .command('thin')
  .description('make runs smaller for good; curves, events and settings stay')
  .argument('<run...>', 'as for show')
  .addOption(
    new Option(
      '--checkpoints <which>',
      'which of them go: half of the past, the past, all',
    ).choices(['half', 'past', 'all']),
  )
  .addOption(
    new Option('--snapshots <which>', 'how much of what was shown of the inside goes').choices([
      'half',
      'all',
    ]),
  )
  .addOption(json())
  .action(async (targets: readonly string[], options: ThinOptions) => {
    code = await thinRuns(targets, options);
  });
runsCommand
  .command('tag')
  .description('add tags to runs, or take them off')
  .argument('<run...>', 'as for show')
  .option('--add <tag>', 'repeatable', many)
  .option('--remove <tag>', 'repeatable', many)
  .addOption(json())
  .action(async (targets: readonly string[], options: TagOptions) => {
    code = await tagRuns(targets, options);
  });

runsCommand
  .command('export')
  .description('whole, into one file: curves, what was shown, checkpoints, what people said')
  .argument('<run...>', 'as for show')
  .option('-o, --out <path>', 'the file; without it, one in this folder with the name of the run')
  .addOption(json())
  .action(async (targets: readonly string[], options: ExportRunsOptions) => {
    code = await exportRuns(targets, options);
  });
runsCommand
  .command('import')
  .description('what was exported, into this record; a file is taken whole or not at all')
  .argument('<file...>', 'files that "runs export" or the app made')
  .option('--as-new', 'runs that are here already come again, with ids of their own')
  .addOption(json())
  .action(async (paths: readonly string[], options: ImportRunsOptions) => {
    code = await importRuns(paths, options);
  });

addCompare(program, (ended) => {
  code = ended;
});

program
  .command('serve')
  .description('the app for a browser')
  .option('--host <address>', 'address to listen on', '127.0.0.1')
  .option('--port <n>', 'port; 0 takes a free one', wholeNumber(0), 0)
  .option('--open', 'open it in a browser on this machine')
  .option(
    '--idle-seconds <x>',
    'end so long after the last page, unless something trains',
    positive,
  )
  .option('--until-input-ends', 'end when standard input does: for who starts it as a child')
  .addOption(json())
  .action(async (options: ServeOptions) => {
    // Only the server knows HTTP.
    const { serve } = await import('./serve.ts');
    code = await serve(options);
  });

program
  .command('open')
  .description('another window of the server that runs')
  .option('--port <n>', 'of the server on this port', wholeNumber(1))
  .option('--print', 'print the address and open nothing')
  .addOption(json())
  .action(async (options: OpenOptions) => {
    code = await open(options);
  });

program
  .command('bench')
  .description('how fast this machine trains: fixed networks or given projects, on random data')
  .argument('[projects...]', 'projects instead of the fixed networks')
  .option('--workload <names>', 'W1 to W10, G for matrix products, wide, deep')
  .addOption(
    new Option('--device <name>', 'what computes').choices(['cpu', 'webgpu']).default('cpu'),
  )
  .option('--threads <n>', 'CPU threads; 0 takes the physical cores', wholeNumber(0), 0)
  .option('--batch <n>', 'another number of samples per step', wholeNumber(1))
  .addOption(
    new Option('--precision <type>', 'how a GPU keeps activations')
      .choices(['float32', 'float16'])
      .default('float32'),
  )
  .option('--seconds <x>', 'how long each number is measured', positive)
  .option('--profile', 'how long each kernel of a step takes as well')
  .addOption(json())
  .action(async (projects: readonly string[], options: BenchOptions) => {
    // Its networks are made when it is loaded.
    const { bench } = await import('./bench.ts');
    code = await bench(projects, options);
  });

const datasetsCommand = tableOptions(program.command('datasets'))
  .description('the data sources and their options, or what one of them holds')
  .argument('[source]', 'read this one: moons, images:FOLDER, idx:FOLDER, csv:FILE')
  .addOption(json())
  .action(async (source: string | undefined, options: DatasetOptions) => {
    code = source === undefined ? datasets(options) : await dataset(source, options);
  });
tableOptions(datasetsCommand.command('profile'))
  .description(
    'what data is like before anything is made of it: columns, classes, what would make a result false',
  )
  .argument('<source>', 'csv:FILE, images:FOLDER, a file or folder, or a set that was fetched')
  .addOption(json())
  .action(async (source: string, options: DatasetOptions) => {
    code = await profile(source, options);
  });
tableOptions(datasetsCommand.command('preview'))
  .description('rows of a table beside the numbers that a network gets for them')
  .argument('<source>', 'csv:FILE, a file, or a set that was fetched')
  .option('--rows <n>', 'how many, spread over the file', wholeNumber(1), 8)
  .addOption(json())
  .action(async (source: string, options: PreviewOptions) => {
    code = await preview(source, options);
  });
tableOptions(datasetsCommand.command('prepare'))
  .description('every sample as a network gets it, with its part, into a .csv or .npz')
  .argument('<source>', 'csv:FILE, images:FOLDER, a file or folder, or a set that was fetched')
  .requiredOption('-o, --out <file>', 'where; its ending says the format')
  .addOption(new Option('--split <kind>', 'how parts are drawn, as for train').choices(SPLIT_KINDS))
  .option('--seed <n>', 'of the split', wholeNumber(0))
  .option('--force', 'write over a file that is there')
  .addOption(json())
  .action(async (source: string, options: PrepareOptions) => {
    code = await prepare(source, options);
  });
datasetsCommand
  .command('list')
  .description('data sets that can be had from the network, with size and licence')
  .addOption(json())
  .action(async (options: OfferedOptions) => {
    code = await offeredDatasets(options);
  });
datasetsCommand
  .command('get')
  .description('fetch data sets; asked again after an interruption, goes on where it ended')
  .argument('<id...>', 'as `datasets list` names them')
  .option('--mirror <url>', 'fetch URL/ID/FILE instead of asking their own servers')
  .addOption(json())
  .action(async (ids: readonly string[], options: GetDatasetOptions) => {
    code = await getDatasets(ids, options);
  });

endWithReader(() => code);

/** Runs one command to its end and answers its exit code; another one may come after it. */
export async function run(args: readonly string[]): Promise<number> {
  code = EXIT.success;
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) code = error.exitCode === 0 ? EXIT.success : EXIT.usage;
    else code = reportFailure(error);
  }
  return code;
}
