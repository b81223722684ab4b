/** Of train.py: its options, the epochs, what it writes down. */
import { indented, text } from '../python/text.ts';
import { schedulerOf } from './trainer.ts';
import type { TrainPlan } from './trainPlan.ts';

export function mainOf(plan: TrainPlan): readonly string[] {
  const { monitor, schedules, code } = plan;
  const { earlyStopping } = code.wiring.document.training;
  const value =
    monitor?.better === 'higher'
      ? `-validation[${text(monitor.key)}]`
      : `validation[${text(monitor?.key ?? '')}]`;
  const onPlateau = schedules.flatMap((schedule, k) =>
    schedule?.step === 'metric' && monitor
      ? [
          `trainer.${schedulerOf(plan, k).slice('self.'.length)}.step(validation[${text(monitor.key)}])`,
        ]
      : [],
  );
  const best = monitor
    ? [
        'if validation:',
        ...indented([
          ...onPlateau,
          `# Smaller is better.`,
          `watched = ${value}`,
          ...(earlyStopping ? ['waited += 1'] : []),
          `if watched < best${(earlyStopping?.minDelta ?? 0) === 0 ? '' : ' - MIN_DELTA'}:`,
          ...indented([
            ...(earlyStopping ? ['best, waited = watched, 0'] : ['best = watched']),
            'trainer.save(options.out / "best.safetensors")',
          ]),
          ...(earlyStopping ? ['if waited >= PATIENCE:', ...indented(['break'])] : []),
        ]),
      ]
    : [];
  return [
    'def read_options() -> argparse.Namespace:',
    ...indented([
      'parser = argparse.ArgumentParser(description=__doc__)',
      'parser.add_argument("--epochs", type=int, default=EPOCHS)',
      'parser.add_argument(',
      ...indented([
        '"--weights",',
        'type=Path,',
        'default=FOLDER / "weights" / "initial.safetensors",',
        'help="what training begins with",',
      ]),
      ')',
      'parser.add_argument(',
      ...indented(['"--out", type=Path, default=FOLDER / "runs", help="weights and curves"']),
      ')',
      'parser.add_argument(',
      ...indented([
        '"--sync-batchnorm",',
        'action="store_true",',
        'help="batch norm over the batches of all processes",',
      ]),
      ')',
      'return parser.parse_args()',
    ]),
    '',
    '',
    'def write_table(path: Path, columns: list[str], rows: list[list[float]]) -> None:',
    ...indented([
      'with path.open("w", newline="") as file:',
      ...indented(['csv.writer(file).writerows([columns, *rows])']),
    ]),
    '',
    '',
    'def main() -> None:',
    ...indented([
      'options = read_options()',
      'trainer = Trainer(options)',
      'is_first = trainer.processes.is_first',
      'options.out.mkdir(parents=True, exist_ok=True)',
      ...(monitor ? ['best = math.inf'] : []),
      ...(monitor && earlyStopping ? ['waited = 0'] : []),
      'losses: list[list[float]] = []',
      'curves: list[list[float]] = []',
      'for epoch in range(options.epochs):',
      ...indented([
        'started = time.perf_counter()',
        'trained, steps = trainer.train_epoch(epoch).collect()',
        'validation = trainer.evaluate(trainer.samples.validation)',
        'losses += [[len(losses) + i, v] for i, v in enumerate(steps["loss"], 1)]',
        'curves.append([epoch + 1, *trained.values(), *validation.values()])',
        'trainer.save(options.out / "last.safetensors")',
        'if is_first:',
        ...indented([
          'seconds = time.perf_counter() - started',
          'words = [f"{name} {value:.4f}" for name, value in trained.items()]',
          'words += [f"validation {name} {value:.4f}" for name, value in validation.items()]',
          'print(f"epoch {epoch + 1}: {\', \'.join(words)} ({seconds:.1f} s)")',
          'write_table(options.out / "losses.csv", ["step", "loss"], losses)',
          'names = [*trained, *(f"validation {name}" for name in validation)]',
          'write_table(options.out / "curves.csv", ["epoch", *names], curves)',
        ]),
        ...best,
      ]),
      'test = trainer.evaluate(trainer.samples.test)',
      'if is_first and test:',
      ...indented(['print("test:", ", ".join(f"{k} {v:.4f}" for k, v in test.items()))']),
      'processes = trainer.processes',
      '# The distributed network holds the group that is closed.',
      'del trainer',
      'processes.close()',
    ]),
    '',
    '',
    'if __name__ == "__main__":',
    ...indented(['main()']),
  ];
}
