/** Tokens as they can be seen: what has no form of its own gets one. */
import { own } from '#engine/ir/record.ts';

const SIGNS: Readonly<Record<string, string>> = { ' ': '␣', '\n': '↵', '\t': '⇥', '\r': '␍' };

export const tokenText = (token: string): string => own(SIGNS, token) ?? token;
