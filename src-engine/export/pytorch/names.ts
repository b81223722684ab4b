/** Names that a PyTorch project cannot give away. */
import { MODULE_ATTRIBUTES } from '#engine/ir/torchModule.ts';
import { Names } from '../python/names.ts';

/** What the files that are written import or call by these names. */
const IMPORTED = ['torch', 'nn', 'F', 'Tensor', 'self', 'batch', 'model', 'x'];

export const moduleNames = (): Names => new Names(MODULE_ATTRIBUTES);
export const variableNames = (): Names => new Names(IMPORTED);
