/** Instance normalisation of images, `[N, C, H, W]`. Reference: torch.nn.InstanceNorm2d. */
import { instanceNorm } from './shared/instanceNorm.ts';
import { needImage } from './shared/shapes.ts';

export default instanceNorm({
  type: 'InstanceNorm2d',
  doc: 'Brings every channel of every image to mean 0 and deviation 1 on its own: what one image looks like does not touch the others. Used where style is to be separated from content.',
  keyword: 'style',
  need: (x) => needImage('InstanceNorm2d', x),
});
