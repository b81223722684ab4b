/**
 * What a mutant changes: one operator, constant, condition, call or statement. Each rule takes a node of the
 * syntax tree and gives the texts that may stand in its place.
 *
 * Left out is what no test could tell or what says nothing about one: types; messages (a text with a blank in it,
 * what a label or a help says); places in a list (`order`) and what a form folds away (`advanced`); tables of
 * numbers; a `throw new Error`, since input that is wrong gets an InputError and this is never reached; and the
 * fallback of an index (`row[i] ?? 0`, `const [first = 0] = row`), which is there for the type checker wherever the
 * index is within bounds. The step of a `for` is left out too: without it the loop hangs, which any test notices.
 */
import ts from 'typescript';

export interface Edit {
  readonly kind: string;
  /** What it replaces: an expression, or a whole statement. */
  readonly node: ts.Node;
  readonly text: string;
  /** As a reader sees it: `<= instead of <`. */
  readonly change: string;
}

type Rule = (node: ts.Node) => readonly Edit[];

const BINARY: Readonly<Record<string, readonly [kind: string, ...instead: string[]]>> = {
  '<': ['comparison', '<=', '>='],
  '<=': ['comparison', '<', '>'],
  '>': ['comparison', '>=', '<='],
  '>=': ['comparison', '>', '<'],
  '===': ['comparison', '!=='],
  '!==': ['comparison', '==='],
  '==': ['comparison', '!='],
  '!=': ['comparison', '=='],
  '+': ['arithmetic', '-'],
  '-': ['arithmetic', '+'],
  '*': ['arithmetic', '/'],
  '/': ['arithmetic', '*'],
  '%': ['arithmetic', '*'],
  '**': ['arithmetic', '*'],
  '&&': ['logic', '||'],
  '||': ['logic', '&&'],
};
const ASSIGNMENTS: Readonly<Record<string, string>> = {
  '+=': '-=',
  '-=': '+=',
  '*=': '/=',
  '/=': '*=',
};
/** Methods with one that is easily taken for it. */
const SWAPPED: Readonly<Record<string, string>> = {
  ...{ every: 'some', some: 'every', min: 'max', max: 'min', floor: 'ceil', ceil: 'floor' },
  ...{ startsWith: 'endsWith', endsWith: 'startsWith', indexOf: 'lastIndexOf' },
  ...{ lastIndexOf: 'indexOf', find: 'findLast', findLast: 'find', findIndex: 'findLastIndex' },
  ...{ toLowerCase: 'toUpperCase', toUpperCase: 'toLowerCase' },
};
/** Methods without which the value is one of the same type. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  ...['filter', 'slice', 'trim', 'toSorted', 'toReversed', 'sort', 'reverse'],
]);
/** Functions of Math that give their operand another value. */
const LEFT_OUT_OF_MATH: ReadonlySet<string> = new Set(['abs', 'round', 'trunc', 'sqrt', 'sign']);
/** What people read; words.md and a person judge it, not a test. */
const SHOWN: ReadonlySet<string> = new Set([
  ...['label', 'doc', 'help', 'message', 'explanation', 'title', 'text', 'why', 'zero', 'group'],
  ...['unit', 'rowsAs', 'optionLabels', 'description', 'advanced', 'order'],
]);

const isComparison = (node: ts.Node): boolean =>
  ts.isBinaryExpression(node) && BINARY[operatorOf(node)]?.[0] === 'comparison';
const operatorOf = (node: ts.BinaryExpression): string => node.operatorToken.getText();
const isNot = (node: ts.Node): boolean =>
  ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken;

/** A value that the type checker takes to be possibly missing wherever it stands. */
function isIndexed(node: ts.Node): boolean {
  if (ts.isElementAccessExpression(node)) return true;
  if (ts.isParenthesizedExpression(node)) return isIndexed(node.expression);
  return (
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    node.expression.name.text === 'at'
  );
}

const binary: Rule = (node) => {
  if (!ts.isBinaryExpression(node)) return [];
  const operator = operatorOf(node);
  const [left, right] = [node.left.getText(), node.right.getText()];
  if (operator === '??') {
    const dropped = { kind: 'fallback', node, text: left, change: `without ?? ${right}` };
    const always = { kind: 'fallback', node, text: right, change: `always ${right}` };
    return isIndexed(node.left) ? [always] : [dropped, always];
  }
  const assigned = ASSIGNMENTS[operator];
  if (assigned !== undefined) {
    const text = `${left} ${assigned} ${right}`;
    return [{ kind: 'arithmetic', node, text, change: `${assigned} instead of ${operator}` }];
  }
  const [kind, ...instead] = BINARY[operator] ?? [];
  // Texts are put together by it, and less than a text is none.
  const isText = operator === '+' && [node.left, node.right].some(ts.isStringLiteralLike);
  if (kind === undefined || isText) return [];
  return instead.map((other) => ({
    kind,
    node,
    text: `(${left}) ${other} (${right})`,
    change: `${other} instead of ${operator}`,
  }));
};

const unary: Rule = (node) => {
  if (ts.isPostfixUnaryExpression(node)) {
    const isStep = ts.isForStatement(node.parent) && node.parent.incrementor === node;
    const [from, to] = node.operator === ts.SyntaxKind.PlusPlusToken ? ['++', '--'] : ['--', '++'];
    const change = `${to} instead of ${from}`;
    return isStep ? [] : [{ kind: 'arithmetic', node, text: node.operand.getText() + to, change }];
  }
  if (!ts.isPrefixUnaryExpression(node)) return [];
  const text = node.operand.getText();
  if (isNot(node)) return [{ kind: 'condition', node, text, change: 'without !' }];
  return node.operator === ts.SyntaxKind.MinusToken && !ts.isNumericLiteral(node.operand)
    ? [{ kind: 'arithmetic', node, text, change: 'without -' }]
    : [];
};

/** What decides is turned round; a comparison and a `!` are by their own rules. */
const condition: Rule = (node) => {
  const asked =
    ts.isIfStatement(node) || ts.isWhileStatement(node)
      ? node.expression
      : ts.isConditionalExpression(node)
        ? node.condition
        : null;
  if (!asked || isComparison(asked) || isNot(asked)) return [];
  return [{ kind: 'condition', node: asked, text: `!(${asked.getText()})`, change: 'negated' }];
};

/** The whole of `a?.b.c`, within which what is missing ends it. */
function chainOf(node: ts.Node): ts.Node {
  const { parent } = node;
  const isInner =
    (ts.isPropertyAccessExpression(parent) ||
      ts.isElementAccessExpression(parent) ||
      ts.isCallExpression(parent) ||
      ts.isNonNullExpression(parent)) &&
    parent.expression === node;
  return isInner ? chainOf(parent) : node;
}

/** The text of `whole` with a part of it replaced. */
function replaced(whole: ts.Node, part: ts.Node, text: string): string {
  const start = whole.getStart();
  const before = whole.getText().slice(0, part.getStart() - start);
  return before + text + whole.getText().slice(part.getEnd() - start);
}

const chain: Rule = (node) => {
  const isAccess =
    ts.isPropertyAccessExpression(node) ||
    ts.isElementAccessExpression(node) ||
    ts.isCallExpression(node);
  const token = isAccess ? node.questionDotToken : undefined;
  if (!isAccess || !token || isIndexed(node.expression)) return [];
  const whole = chainOf(node);
  const text = replaced(whole, token, ts.isPropertyAccessExpression(node) ? '.' : '');
  return [
    { kind: 'chain', node: whole, text, change: `without ?. after ${node.expression.getText()}` },
  ];
};

const method: Rule = (node) => {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return [];
  const { name, expression } = node.expression;
  const whole = chainOf(node);
  const edit = (part: ts.Node, text: string, change: string): Edit => ({
    kind: 'method',
    node: whole,
    text: replaced(whole, part, text),
    change,
  });
  const swapped = Object.hasOwn(SWAPPED, name.text) ? SWAPPED[name.text] : undefined;
  if (swapped !== undefined) return [edit(name, swapped, `${swapped} instead of ${name.text}`)];
  if (expression.getText() === 'Math') {
    const [operand] = node.arguments;
    return operand && LEFT_OUT_OF_MATH.has(name.text)
      ? [edit(node, `(${operand.getText()})`, `without Math.${name.text}`)]
      : [];
  }
  return LEFT_OUT.has(name.text)
    ? [edit(node, expression.getText(), `without .${name.text}()`)]
    : [];
};

/** A number in a list of numbers is data: which they are follows from no rule. */
function isTable(node: ts.Node): boolean {
  const isSigned = ts.isPrefixUnaryExpression(node.parent);
  const { parent } = isSigned ? node.parent : node;
  if (!ts.isArrayLiteralExpression(parent)) return false;
  return parent.elements.length > 2;
}

/** Whether it is the fallback of an index, or part of it. */
function isFallbackOfIndex(node: ts.Node): boolean {
  for (let at = node; !ts.isStatement(at) && !ts.isSourceFile(at.parent); at = at.parent) {
    const { parent } = at;
    if (ts.isBindingElement(parent) && ts.isArrayBindingPattern(parent.parent)) {
      if (parent.initializer === at) return true;
    }
    if (!ts.isBinaryExpression(parent) || operatorOf(parent) !== '??') continue;
    if (parent.right === at && isIndexed(parent.left)) return true;
  }
  return false;
}

/** Whether it is part of what people read. */
function isShown(node: ts.Node): boolean {
  for (let at = node; !ts.isStatement(at) && !ts.isSourceFile(at); at = at.parent) {
    if (ts.isPropertyAssignment(at) && SHOWN.has(at.name.getText())) return true;
  }
  return false;
}

const constant: Rule = (node) => {
  if (isFallbackOfIndex(node) || isShown(node)) return [];
  if (ts.isNumericLiteral(node)) {
    const value = Number(node.text);
    const other = value === 0 ? '1' : value === 1 ? '0' : String(value + 1);
    const isName = ts.isPropertyAssignment(node.parent) && node.parent.name === node;
    if (isTable(node) || isName) return [];
    const change = `${other} instead of ${node.getText()}`;
    return [{ kind: 'constant', node, text: other, change }];
  }
  const isTrue = node.kind === ts.SyntaxKind.TrueKeyword;
  if (!isTrue && node.kind !== ts.SyntaxKind.FalseKeyword) return [];
  const [text, was] = isTrue ? ['false', 'true'] : ['true', 'false'];
  return [{ kind: 'constant', node, text, change: `${text} instead of ${was}` }];
};

const text: Rule = (node) => {
  if (!ts.isStringLiteralLike(node) || isFallbackOfIndex(node) || isShown(node)) return [];
  if (/\s/.test(node.text.trim()) || node.text === '') return [];
  const { parent } = node;
  const isName =
    (ts.isPropertyAssignment(parent) && parent.name === node) ||
    ts.isModuleDeclaration(parent) ||
    ts.isTaggedTemplateExpression(parent);
  if (isName) return [];
  return [{ kind: 'text', node, text: "''", change: `'' instead of ${node.getText()}` }];
};

/** A statement that does something, or ends what would go on. */
const statement: Rule = (node) => {
  const isCall = ts.isExpressionStatement(node);
  if (isCall && ts.isCallExpression(node.expression)) {
    if (node.expression.expression.kind === ts.SyntaxKind.SuperKeyword) return [];
  }
  const isEnd =
    (ts.isThrowStatement(node) && !node.expression.getText().startsWith('new Error(')) ||
    ts.isContinueStatement(node) ||
    ts.isBreakStatement(node);
  // The last one of a function is its result, without which the types are wrong.
  const isGuard = ts.isReturnStatement(node) && isInIf(node);
  if (!isCall && !isEnd && !isGuard) return [];
  const [line = ''] = node.getText().split('\n');
  return [{ kind: 'statement', node, text: ';', change: `without ${line}` }];
};

function isInIf({ parent }: ts.Node): boolean {
  const holder = ts.isBlock(parent) ? parent.parent : parent;
  return ts.isIfStatement(holder) && holder.elseStatement === undefined;
}

const RULES: readonly Rule[] = [
  ...[binary, unary, condition, chain, method, constant, text, statement],
];

/** What is not run, or read by the bundler rather than run. */
const isPassedBy = (node: ts.Node): boolean =>
  ts.isTypeNode(node) ||
  ts.isImportDeclaration(node) ||
  ts.isExportDeclaration(node) ||
  ts.isInterfaceDeclaration(node) ||
  ts.isTypeAliasDeclaration(node) ||
  (ts.isCallExpression(node) && node.expression.getText().startsWith('import.meta.glob'));

/** Every edit of a file, in the order of its text. */
export function editsOf(path: string, source: string): readonly Edit[] {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.ESNext, true);
  const found: Edit[] = [];
  const visit = (node: ts.Node): void => {
    if (isPassedBy(node)) return;
    found.push(...RULES.flatMap((rule) => rule(node)));
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(file, visit);
  return found;
}
