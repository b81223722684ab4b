/**
 * Lint rule: a layer's category is its place in the palette, and looks go by it. What a layer is to a program is its
 * role.
 */
export const layerCategory = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: { role: "A layer's category is its place in the palette. Ask for its role." },
  },
  create(context) {
    const report = (node) => context.report({ node, messageId: 'role' });
    const isCategory = (key) => key.type === 'Identifier' && key.name === 'category';
    return {
      MemberExpression(node) {
        if (!node.computed && isCategory(node.property)) report(node);
      },
      ObjectPattern({ properties }) {
        for (const each of properties) {
          if (each.type === 'Property' && isCategory(each.key)) report(each);
        }
      },
    };
  },
};
