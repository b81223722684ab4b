/** Runs as they are listed, found and compared: pure, for the command line as for the page. */
export * from './figures.ts';
export * from './filter.ts';
export * from './settings.ts';
