/** Netloom's own lint rules, each in a file of its own. */
import { fixedWait } from './fixedWait.js';
import { importPath } from './importPath.js';
import { layerCategory } from './layerCategory.js';
import { thrown } from './thrown.js';

export default {
  meta: { name: 'netloom' },
  rules: {
    'fixed-wait': fixedWait,
    'import-path': importPath,
    'layer-category': layerCategory,
    thrown,
  },
};
