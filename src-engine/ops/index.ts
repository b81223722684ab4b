export * from './arity.ts';
export * from './builder.ts';
export * from './cost.ts';
export * from './gradients.ts';
export * from './nn.ts';
export * from './ops.ts';
export * from './philox.ts';
export * from './shapes.ts';
