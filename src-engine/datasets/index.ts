/** Data: the registry of sources, and what the rest of the engine does with any of them. */
export { datasets } from './core/registry.ts';
export {
  generatedFields,
  loadData,
  parseSource,
  readOptions,
  sampleBytes,
  sourceOfFile,
  sourceOfFolder,
} from './core/source.ts';
export type { ParsedSource, SourceOptions } from './core/source.ts';
export {
  columnFileParts,
  headerBytes,
  readColumnFile,
  stampsIn,
  wholeBytes,
  type StreamedPlan,
} from './prepared/columnFile.ts';
export { pixelNames } from './pixels/columns.ts';
export { pictureShape } from './pixels/shape.ts';
export { measuredRows, partRows } from './prepared/measured.ts';
export { emptyRows, openStreamed, reading } from './prepared/streamed.ts';
export { openTable, type TableHost } from './prepared/openTable.ts';
export { type EncodedRows, encodeRows, recipeOf } from './table/encode.ts';
export { encodedWidth, encodingText, slotNames, whyIgnored } from './table/features.ts';
export { type CsvRows, readRows } from './csv/rows.ts';
export { type Dialect, readDialect, type RowOptions } from './csv/dialect.ts';
export { byNumberOrWord, findColumn, findColumns } from './table/columns.ts';
export { type ColumnFacts, isNamedTime, possibleTargets, whyRowName } from './table/choice.ts';
export { TABLE_OPTIONS } from './table/options.ts';
export { areClasses, LARGE_TARGET, MAX_CLASSES } from './table/target.ts';

export {
  MOSTLY_NUMBERS,
  numbersOf,
  type RawTable,
  type RowNumbers,
  type SheetOptions,
  type TableColumn,
  type TableFormat,
  type TableReader,
} from './table/rawTable.ts';
export { isMissing, parseDate, parseMoment, parseNumber } from './table/values.ts';
export { noRowsError, quotesError, rowLengthError } from './csv/problems.ts';
export { decodeText, type Encoding, encodingOf, MAX_TEXT_BYTES } from './csv/text.ts';
export { describeData, describeTable, factsOf, resolveData } from './core/describe.ts';
export type { FittedRecipe, RecipeInput } from './recipe/apply.ts';
export { namedColumns } from './recipe/fit.ts';
export { needsFitting } from './table/recipe.ts';
export { channelsFirst } from './images/decodeAll.ts';
export { MAX_PICTURE_BYTES } from './images/layout.ts';
export { naturally } from './images/found.ts';
export {
  type Duplicates,
  findDuplicates,
  findDuplicatesIn,
  LOOKED_BYTES,
} from './images/duplicates.ts';
export { partsOf, type RowSource } from './shared/streamRows.ts';
export { withLabelNoise } from './core/splits/labelNoise.ts';
export { copiesInFile, splitNotes, type SplitReport, splitReport } from './core/splits/report.ts';
export { type SampleWeights, sampleWeights } from './core/splits/weights.ts';
export { splitRows, splitsOf } from './core/splits/splitRows.ts';
export type { Splits } from './core/splits/splitRows.ts';
export { fillMissing } from './shared/missing.ts';
export { groupsOf, normalisationOf, statisticsOf } from './core/normalise.ts';
export type { Normalisation, NormaliseMode } from './core/normalise.ts';
export { type LastWindows, lastWindows } from './windows/forecast.ts';
export { type SeriesOutline, STEPS_SHOWN } from './windows/outline.ts';
export type { WindowReading } from './windows/reading.ts';
export { encodeTexts, indexReader, type TextReading } from './text/reading.ts';
export type { TextOutline } from './text/outline.ts';
export { joinTokens, PAD, SPECIAL_TOKENS, tokenCutter, tokenIndices } from './text/tokens.ts';
export { NO_FILES } from './define.ts';
export type { Fit, PictureDecoder, PictureHeader, PictureTarget } from './images/contract.ts';
export type {
  DataAbilities,
  DataAccess,
  ColumnStatistics,
  DataColumn,
  DatasetDefinition,
  DataTable,
  FeatureEncoding,
  FiledColumn,
  FiledRows,
  FileAccess,
  FileStamp,
  Fitting,
  FolderEntry,
  LoadProgress,
  OpenFile,
  RowFacts,
  RowWriter,
  SampleReading,
  SpillRows,
  StreamedColumn,
  StreamedRows,
  TableReport,
  TableTarget,
  WrittenRows,
  ZipPart,
} from './define.ts';
