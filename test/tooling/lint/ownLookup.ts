/**
 * Lint rule of its own, since it asks for types: no `record[name]` and no `name in record` where the name is any text
 * and the record an object with an index signature. Objects answer to `constructor` and `__proto__` too:
 * `own(record, name)` of ir/record.ts, a Map, or a name of a known set are the ways to ask; Object.fromEntries is the
 * way to write. Prints what it finds and ends with 1. Usage: node test/tooling/lint/ownLookup.ts [FILE...]
 */
import { relative, resolve } from 'node:path';
import { type Node, type SourceFile, SyntaxKind } from 'typescript-7/unstable/ast';
import { isBinaryExpression, isElementAccessExpression } from 'typescript-7/unstable/ast/is';
import { API, type Checker, type Type, TypeFlags } from 'typescript-7/unstable/sync';

/** Of a platform, not of outside: it is what the asking is done with. */
const LEFT_OUT = new Set(['src-engine/ir/record.ts']);
/** A file is read in the first of them that has it. */
const PROJECTS = ['src-engine', 'src-player', 'src-renderer', 'src-main'];

const MESSAGES = {
  read: 'A name from outside may be `constructor`: ask with own(record, name) or a Map.',
  write:
    'A name from outside may be `__proto__`: make the record with Object.fromEntries, or use a Map.',
} as const;

interface Candidate {
  readonly node: Node;
  readonly name: Node;
  /** Undefined of `name in record`, which is refused of any record. */
  readonly record: Node | undefined;
}

const LITERALS = new Set([
  SyntaxKind.NumericLiteral,
  SyntaxKind.StringLiteral,
  SyntaxKind.NoSubstitutionTemplateLiteral,
  SyntaxKind.PrivateIdentifier,
]);

function candidatesIn(file: SourceFile): readonly Candidate[] {
  const found: Candidate[] = [];
  const visit = (node: Node): void => {
    if (isElementAccessExpression(node)) {
      const { argumentExpression: name, expression: record } = node;
      if (!LITERALS.has(name.kind)) found.push({ node, name, record });
    } else if (isBinaryExpression(node) && node.operatorToken.kind === SyntaxKind.InKeyword) {
      if (!LITERALS.has(node.left.kind)) found.push({ node, name: node.left, record: undefined });
    }
    node.forEachChild(visit);
  };
  visit(file);
  return found;
}

/** Types are met again and again; each is asked about once. */
class Types {
  readonly #checker: Checker;
  readonly #records = new Map<number, boolean>();

  constructor(checker: Checker) {
    this.#checker = checker;
  }

  isAnyText(type: Type): boolean {
    return type.isUnionType()
      ? (type.getTypes() ?? []).some((each) => this.isAnyText(each))
      : (type.flags & TypeFlags.String) !== 0;
  }

  isRecord(type: Type): boolean {
    let known = this.#records.get(type.id);
    if (known === undefined) {
      known =
        type.isUnionType() || type.isIntersectionType()
          ? (type.getTypes() ?? []).some((each) => this.isRecord(each))
          : this.#checker
              .getIndexInfosOfType(type)
              .some(({ keyType }) => (keyType.flags & TypeFlags.String) !== 0);
      this.#records.set(type.id, known);
    }
    return known;
  }
}

function isWritten({ node }: Candidate): boolean {
  const { parent } = node;
  if (parent.kind === SyntaxKind.DeleteExpression) return true;
  return (
    isBinaryExpression(parent) &&
    parent.left === node &&
    parent.operatorToken.kind >= SyntaxKind.FirstAssignment &&
    parent.operatorToken.kind <= SyntaxKind.LastAssignment
  );
}

/** Those of the candidates that are lookups by any text. */
function lookups(checker: Checker, candidates: readonly Candidate[]): readonly Candidate[] {
  const types = new Types(checker);
  const names = checker.getTypeAtLocation(candidates.map(({ name }) => name));
  const byText = candidates.filter((_, i) => {
    const type = names[i];
    return type !== undefined && types.isAnyText(type);
  });
  return byText.filter(({ record }) => {
    if (record === undefined) return true;
    const type = checker.getTypeAtLocation(record);
    return type !== undefined && types.isRecord(type);
  });
}

/** Of all files, or of those named, relative to the root. */
function* findings(root: string, named: ReadonlySet<string>): Generator<string> {
  const api = new API({ cwd: root });
  const configs = PROJECTS.map((name) => resolve(root, name, 'tsconfig.json'));
  const snapshot = api.updateSnapshot({ openProjects: configs });
  const seen = new Set<string>();
  for (const config of configs) {
    const project = snapshot.getProject(config);
    if (!project) throw new Error(`${config} does not open`);
    for (const path of project.rootFiles) {
      const place = relative(root, path);
      if (seen.has(place) || LEFT_OUT.has(place) || !/\.tsx?$/.test(place)) continue;
      seen.add(place);
      if (named.size > 0 && !named.has(place)) continue;
      const file = project.program.getSourceFile(path);
      if (!file) throw new Error(`${place} is not in ${config}`);
      const candidates = candidatesIn(file);
      if (candidates.length === 0) continue;
      for (const found of lookups(project.checker, candidates)) {
        const line = file.text.slice(0, found.node.getStart(file)).split('\n').length;
        yield `${place}:${line}: ${MESSAGES[isWritten(found) ? 'write' : 'read']}`;
      }
    }
  }
  api.close();
}

const found = [...findings(process.cwd(), new Set(process.argv.slice(2)))];
for (const line of found) console.error(line);
process.exit(found.length === 0 ? 0 : 1);
