export * from './attrs.ts';
export * from './document.ts';
export * from './edits.ts';
export * from './graph.ts';
export * from './problem.ts';
export * from './tensor.ts';
