import type { Check } from './context.ts';
export const checkPaths: Check = () => [];
