export * from './admission.ts';
export * from './appContract.ts';
export * from './codec.ts';
export * from './engineContract.ts';
export * from './host.ts';
export * from './rpc.ts';
export * from './run.ts';
