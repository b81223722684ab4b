/**
 * ESLint rule: one way to write each import. What is beside a file or one folder up is imported relatively; what
 * is farther within the same top folder, and all of another one, by `#engine/`, `#main/`, `#renderer/`, `#test/`.
 */
import { dirname, posix, relative, resolve, sep } from 'node:path';

const FOLDERS = {
  '#engine': 'src-engine',
  '#main': 'src-main',
  '#player': 'src-player',
  '#renderer': 'src-renderer',
  '#test': 'test',
};

export const importPath = {
  meta: {
    type: 'suggestion',
    fixable: 'code',
    schema: [],
    messages: { path: 'Write it as `{{path}}`: one way for each import.' },
  },
  create(context) {
    const root = context.cwd;
    const toPosix = (path) => path.split(sep).join(posix.sep);
    const folder = dirname(context.filename);

    /** The file that an import names, from the root; null for packages. */
    function targetOf(source) {
      const [alias, ...rest] = source.split('/');
      if (alias in FOLDERS) return [FOLDERS[alias], ...rest].join('/');
      return source.startsWith('.') ? toPosix(relative(root, resolve(folder, source))) : null;
    }

    function spelling(target) {
      const near = toPosix(relative(folder, resolve(root, target)));
      const [top] = toPosix(relative(root, folder)).split('/');
      if (target.startsWith(`${top}/`) && !near.startsWith('../../')) {
        return near.startsWith('.') ? near : `./${near}`;
      }
      const [alias] =
        Object.entries(FOLDERS).find(([, name]) => target.startsWith(`${name}/`)) ?? [];
      return alias === undefined ? null : `${alias}${target.slice(target.indexOf('/'))}`;
    }

    function check({ source }) {
      if (!source) return;
      // What the bundler is told behind a question mark stays.
      const [path, ...query] = source.value.split('?');
      const target = targetOf(path);
      const wanted = target === null ? null : spelling(target);
      if (wanted === null || wanted === path) return;
      const text = [wanted, ...query].join('?');
      context.report({
        node: source,
        messageId: 'path',
        data: { path: text },
        fix: (fixer) => fixer.replaceText(source, `'${text}'`),
      });
    }
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: ({ source }) => source.type === 'Literal' && check({ source }),
    };
  },
};
