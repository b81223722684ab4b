/** Names of a network as Python has them: its own where they can be, each once. */

/** Words that Python keeps for itself. */
const KEYWORDS = new Set(
  `False None True and as assert async await break class continue def del elif else except finally for from
  global if import in is lambda nonlocal not or pass raise return try while with yield`.split(
    /\s+/,
  ),
);

export class Names {
  readonly #taken: Set<string>;

  constructor(taken: readonly string[] = []) {
    this.#taken = new Set(taken);
  }

  /** The name itself, or one like it that is free. */
  take(wanted: string): string {
    const plain = identifier(wanted);
    let name = plain;
    for (let count = 2; this.#taken.has(name); count++) name = `${plain}_${count}`;
    this.#taken.add(name);
    return name;
  }
}

/** Letters, digits and lines; `_` in place of others. */
export function identifier(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9_]+/g, '_')
    .replace(/^(?=[0-9]|$)/, '_');
  return KEYWORDS.has(plain) ? `${plain}_` : plain;
}

/** `Digits, small` as `DigitsSmall`. */
export function className(text: string): string {
  const words = text.normalize('NFKD').match(/[A-Za-z0-9]+/g) ?? [];
  const joined = words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('');
  return /^[A-Za-z]/.test(joined) && !KEYWORDS.has(joined) ? joined : `Network${joined}`;
}

/** `one_hot` of `oneHot`. */
export const snakeCase = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** `Generator of images` as `generator_of_images`. */
export const functionName = (text: string): string =>
  identifier(
    text
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, '_'),
  );
