export * from './arity.ts';
export * from './builder.ts';
export * from './cost.ts';
export * from './ops.ts';
export * from './philox.ts';
export * from './shapes.ts';
