export * from './appContract.ts';
export * from './engineContract.ts';
export * from './rpc.ts';
export * from './run.ts';
