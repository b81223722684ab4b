/** Names of a network as Python has them: its own where they can be, each once. */

/** Words that Python keeps for itself. */
const KEYWORDS = new Set(
  `False None True and as assert async await break class continue def del elif else except finally for from
  global if import in is lambda nonlocal not or pass raise return try while with yield`.split(
    /\s+/,
  ),
);

/** What every nn.Module has already: a layer of that name would hide it, or be hidden. */
const MODULE_ATTRIBUTES =
  `T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda
  double dump_patches eval extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half
  ipu load_state_dict modules mtia named_buffers named_children named_modules named_parameters parameters
  register_backward_hook register_buffer register_forward_hook register_forward_pre_hook
  register_full_backward_hook register_full_backward_pre_hook register_load_state_dict_post_hook
  register_load_state_dict_pre_hook register_module register_parameter register_state_dict_post_hook
  register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule share_memory state_dict to to_empty
  train training type xpu zero_grad`.split(/\s+/);

/** What the files that are written import or call by these names. */
const IMPORTED = ['torch', 'nn', 'F', 'Tensor', 'self', 'batch', 'model', 'x'];

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

export const moduleNames = (): Names => new Names(MODULE_ATTRIBUTES);
export const variableNames = (): Names => new Names(IMPORTED);

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

/** `Generator of images` as `generator_of_images`. */
export const functionName = (text: string): string =>
  identifier(
    text
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, '_'),
  );
