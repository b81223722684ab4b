import type { Check } from './context.ts';
export const checkObjectives: Check = () => [];
