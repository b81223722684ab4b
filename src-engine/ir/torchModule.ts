/**
 * Names that a class of PyTorch has already, for those that write one. Those of PyTorch 2.15; what begins with a line
 * is its own, too, and not listed.
 */

/** What every nn.Module has already: a layer or tensor of that name would hide it, or be hidden. */
export const MODULE_ATTRIBUTES =
  `T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda
  double dump_patches eval extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half
  ipu load_state_dict modules mtia named_buffers named_children named_modules named_parameters parameters
  register_backward_hook register_buffer register_forward_hook register_forward_pre_hook
  register_full_backward_hook register_full_backward_pre_hook register_load_state_dict_post_hook
  register_load_state_dict_pre_hook register_module register_parameter register_state_dict_post_hook
  register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule share_memory state_dict to to_empty
  train training type xpu zero_grad`.split(/\s+/);

/** Of a tensor's name: whether an attribute of that name would be something else. */
export const isOfEveryModule = (name: string): boolean =>
  name.startsWith('_') || MODULE_ATTRIBUTES.includes(name);
