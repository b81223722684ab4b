/**
 * Expressions that people write, as trees: what runs are found by, what rows are kept by, columns made of others. Parsed
 * by jsep, which runs nothing; what a tree means is judged by whoever asked for it. Pure.
 * Reference: https://ericsmekens.github.io/jsep/
 */
import jsep from 'jsep';
import { errorMessage } from './errors.ts';

export type Expression = jsep.Expression;

for (const [operator, precedence] of [
  ['or', 1],
  ['and', 2],
  ['=', 6],
  ['~', 6],
] as const) {
  jsep.addBinaryOp(operator, precedence);
}
jsep.addUnaryOp('not');

/** Throws where it is none; see `whyUnreadable`. */
export const parseExpression = (text: string): Expression => jsep(text);

/** What is wrong with what could not be parsed, and at which character from 0, where that is known. */
export function whyUnreadable(error: unknown): { readonly why: string; readonly at?: number } {
  const { index, description } = error as {
    readonly index?: unknown;
    readonly description?: unknown;
  };
  const why = typeof description === 'string' ? description : errorMessage(error);
  return { why, ...(typeof index === 'number' && { at: index }) };
}

interface Expressions {
  readonly ArrayExpression: jsep.ArrayExpression;
  readonly BinaryExpression: jsep.BinaryExpression;
  readonly CallExpression: jsep.CallExpression;
  readonly ConditionalExpression: jsep.ConditionalExpression;
  readonly Identifier: jsep.Identifier;
  readonly Literal: jsep.Literal;
  readonly MemberExpression: jsep.MemberExpression;
  readonly UnaryExpression: jsep.UnaryExpression;
}
export const is = <T extends keyof Expressions>(
  node: Expression,
  type: T,
): node is Expressions[T] => node.type === type;

export type CallExpression = jsep.CallExpression;

export const isNot = (node: Expression): node is jsep.UnaryExpression =>
  is(node, 'UnaryExpression') && (node.operator === 'not' || node.operator === '!');

/** `accuracy`, `test.accuracy`, `training.optimizer.lr`; null for anything else. */
export function nameOf(node: Expression): string | null {
  if (is(node, 'Identifier')) return node.name;
  if (!is(node, 'MemberExpression') || node.computed) return null;
  const [object, property] = [nameOf(node.object), nameOf(node.property)];
  return object === null || property === null ? null : `${object}.${property}`;
}
