/** Names that a PyTorch project cannot give away. */
import { Names } from '../python/names.ts';

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

export const moduleNames = (): Names => new Names(MODULE_ATTRIBUTES);
export const variableNames = (): Names => new Names(IMPORTED);
