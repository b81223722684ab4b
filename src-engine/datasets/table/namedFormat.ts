/** How a table becomes rows and columns by the end of its name, for sources that are made over any of them. */
import { inputError } from '#engine/ir/problem.ts';
import { parseSource, readOptions, sourceOfFile, type SourceOptions } from '../core/source.ts';
import type { TableFormat } from './rawTable.ts';

/** `options`: those of its own source that are asked for as well. Throws InputError for what is no table. */
export function namedFormat(path: string, options: SourceOptions, code: string): TableFormat {
  const source = sourceOfFile(path);
  const definition = source === null ? undefined : parseSource(source).definition;
  const format = definition?.format?.(readOptions(definition, options));
  if (format) return format;
  throw inputError(code, 'What this file holds cannot be told from its name.', {
    path,
    explanation: 'A table is needed: .csv, .tsv, .txt, .xlsx, .parquet, .jsonl.',
  });
}
