/** Pictures: bytes with channels, height and width. */
import { defineLoadedKind } from '../loaded.ts';
import { profilePictures } from '../profilePictures.ts';

export default defineLoadedKind({
  ...{ name: 'pictures', rank: 1, readsStreamed: true },
  make: profilePictures,
});
