/** A comparison as files: HTML to be read, CSV and JSON for programs. */
export * from './html.ts';
export * from './report.ts';
export * from './tables.ts';
