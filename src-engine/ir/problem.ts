/**
 * Problems: what is wrong with a document, said so that a person can act and a program can match.
 * Expected mistakes are values of this type; only bugs throw. Codes are stable and documented.
 */
import type { DocumentEdit } from './edits.ts';
import type { LayerFix } from './layerFix.ts';

export type Severity = 'error' | 'warning' | 'info';

export interface Problem {
  /** Stable, dotted: `shape.linear-needs-flat`, `wire.open-input`, `document.unknown-layer`. */
  readonly code: string;
  readonly severity: Severity;
  /** Where: node and port of the graph; `path` for a place in a file (`nodes[3].attrs.p`, `line 12`). */
  readonly node?: string;
  readonly port?: string;
  readonly path?: string;
  /** What is wrong, one sentence, in the field's words. */
  readonly message: string;
  /** Why it matters or how it came about, one or two sentences. */
  readonly explanation?: string;
  /** Fixes the user can apply with one click; the first is the recommended one. */
  readonly fixes?: readonly Fix[];
}

export interface Fix {
  /** A verb phrase for the button: `Insert Flatten`. */
  readonly label: string;
  /** Applied together as one undo step. */
  readonly edits: readonly DocumentEdit[];
}

export interface ShapeErrorDetail {
  readonly port?: string;
  /** Of an attribute that is at fault: `attrs.formula`. */
  readonly path?: string;
  readonly explanation?: string;
  /** The first is the recommended one. */
  readonly fixes?: readonly LayerFix[];
}

/** Thrown inside layer and op rules; `check` turns it into a Problem at the node being inferred. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
  readonly code: string;
  readonly detail: ShapeErrorDetail;
  constructor(code: string, message: string, detail: ShapeErrorDetail = {}) {
    super(message);
    this.code = code;
    this.detail = detail;
  }
}

/** An input (file, argument, message) that cannot be used; carries what to tell the user. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly problems: readonly Problem[];
  constructor(problems: readonly [Problem, ...Problem[]]) {
    super(
      problems.map((p) => `${p.message}${p.path ? ` (${p.path})` : ''} [${p.code}]`).join('\n'),
    );
    this.problems = problems;
  }
  get code(): string {
    return this.problems[0]?.code ?? 'input.invalid';
  }
}

/** An InputError with one problem. */
export function inputError(
  code: string,
  message: string,
  place: { path?: string; node?: string; port?: string; explanation?: string } = {},
): InputError {
  return new InputError([{ code, severity: 'error', message, ...place }]);
}
