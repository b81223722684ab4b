/** Pictures: one folder for each class, the files of MNIST and CIFAR, or what generators draw. */
import { formatCount } from '#renderer/ui/format.ts';
import { defineKind } from '../defineKind.ts';
import { PicturesSide } from '../pictures/PicturesSide.tsx';
import { PicturesStatus } from '../pictures/PicturesStatus.tsx';
import { PicturesWork } from '../pictures/PicturesWork.tsx';

export default defineKind<'pictures'>({
  id: 'pictures',
  icon: 'picture',
  size: ({ count, shape: [, height, width] }) =>
    `${formatCount(count, 'picture')}, ${width}×${height}`,
  Work: PicturesWork,
  Side: PicturesSide,
  Status: PicturesStatus,
});
