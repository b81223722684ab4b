/**
 * ESLint rule: no `record[name]` and no `name in record` where the name is any text and the record an object with
 * an index signature. Objects answer to `constructor` and `__proto__` too: `own(record, name)` of ir/record.ts, a
 * Map, or a name of a known set are the ways to ask; Object.fromEntries is the way to write.
 */
import ts from 'typescript';

const isAnyText = (type) =>
  type.isUnion() ? type.types.some(isAnyText) : (type.flags & ts.TypeFlags.String) !== 0;

export const ownLookup = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      read: 'A name from outside may be `constructor`: ask with own(record, name) or a Map.',
      write:
        'A name from outside may be `__proto__`: make the record with Object.fromEntries, or use a Map.',
    },
  },
  create(context) {
    const services = context.sourceCode.parserServices;
    const checker = services.program.getTypeChecker();
    const typeAt = (node) => services.getTypeAtLocation(node);
    const isRecord = (type) =>
      type.isUnion()
        ? type.types.some(isRecord)
        : type.isIntersection()
          ? type.types.some(isRecord)
          : checker.getIndexInfoOfType(type, ts.IndexKind.String) !== undefined;
    const asks = (record, name) => isAnyText(typeAt(name)) && isRecord(typeAt(record));
    const isWritten = ({ parent }, node) =>
      (parent.type === 'AssignmentExpression' && parent.left === node) ||
      (parent.type === 'UnaryExpression' && parent.operator === 'delete');
    return {
      MemberExpression(node) {
        if (!node.computed || !asks(node.object, node.property)) return;
        context.report({ node, messageId: isWritten(node, node) ? 'write' : 'read' });
      },
      'BinaryExpression[operator="in"]'(node) {
        if (node.left.type === 'PrivateIdentifier') return;
        if (isAnyText(typeAt(node.left))) context.report({ node, messageId: 'read' });
      },
    };
  },
};
