/**
 * Lint rule for tests: they wait for events, never for times, and bound no time. A busy machine is slow, not wrong. The
 * ways to wait are in test/support/waiting.ts and, on a page, Playwright's own expectations.
 */
const TIMERS = new Set(['setTimeout', 'setInterval']);
const CLOCKS = new Set(['performance.now', 'Date.now']);
const BOUNDS = /^toBe(Less|Greater)Than(OrEqual)?$/;
const TIME = /^(elapsed\w*|duration|\w*Ms)$/;

/** `a.b` of plain names; null of anything else. */
const dotted = (node) =>
  node.type === 'MemberExpression' && !node.computed && node.object.type === 'Identifier'
    ? `${node.object.name}.${node.property.name}`
    : null;

/** Whether an expression reads a clock, or a value whose name says that it is a time. */
function isTime(node) {
  switch (node.type) {
    case 'Identifier':
      return TIME.test(node.name);
    case 'MemberExpression':
      return !node.computed && TIME.test(node.property.name);
    case 'CallExpression':
      return CLOCKS.has(dotted(node.callee)) || isTime(node.callee);
    case 'BinaryExpression':
      return isTime(node.left) || isTime(node.right);
    default:
      return false;
  }
}

export const fixedWait = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      wait: 'Wait for what happens: until() or within() of test/support/waiting.ts, or expect.poll.',
      bound:
        'A bound on a time fails on a busy machine. Count what is done, or compare two orders.',
    },
  },
  create(context) {
    return {
      CallExpression(node) {
        const { callee, arguments: given } = node;
        const isTimer = callee.type === 'Identifier' && TIMERS.has(callee.name);
        // Without a delay it is a turn of the loop.
        const delays = given[1] !== undefined && given[1].value !== 0;
        const method = callee.type === 'MemberExpression' ? callee.property.name : undefined;
        if ((isTimer && delays) || method === 'waitForTimeout') {
          context.report({ node, messageId: 'wait' });
        }
        if (method === undefined || !BOUNDS.test(method)) return;
        let expected = callee.object;
        while (expected.type === 'MemberExpression') expected = expected.object;
        const [value] = expected.type === 'CallExpression' ? expected.arguments : [];
        if (value && isTime(value)) context.report({ node, messageId: 'bound' });
      },
      ImportDeclaration(node) {
        if (/^(node:)?timers\/promises$/.test(node.source.value)) {
          context.report({ node, messageId: 'wait' });
        }
      },
    };
  },
};
