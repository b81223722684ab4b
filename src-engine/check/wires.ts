import type { Check } from './context.ts';
export const checkWires: Check = () => [];
