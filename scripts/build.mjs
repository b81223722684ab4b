// `npm run build`: builds the product, whether or not it has changed.
import { build } from './lib/build.mjs';

build((message) => console.error(`[netloom] ${message}`));
