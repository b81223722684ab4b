/** Runs as they are listed, found and compared: pure, for the command line as for the page. */
export * from './alignRuns.ts';
export * from './difference.ts';
export * from './figures.ts';
export * from './filter.ts';
export * from './graphDifference.ts';
export * from './groupCurves.ts';
export * from './groups.ts';
export * from './importance.ts';
export * from './matchNodes.ts';
export * from './numberText.ts';
export * from './outcome.ts';
export * from './settings.ts';
export * from './star.ts';
export * from './statement.ts';
export * from './statistics.ts';
export * from './values.ts';
export * from './words.ts';
