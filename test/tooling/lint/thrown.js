/** Lint rule: what was thrown is turned into words by src-engine/ir/errors.ts alone. */
export const thrown = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: { ask: 'Take errorMessage, errorStack or asError from ir/errors.ts.' },
  },
  create(context) {
    return {
      ConditionalExpression({ test }) {
        const asksForError =
          test.type === 'BinaryExpression' &&
          test.operator === 'instanceof' &&
          test.right.type === 'Identifier' &&
          test.right.name === 'Error';
        if (asksForError) context.report({ node: test, messageId: 'ask' });
      },
    };
  },
};
