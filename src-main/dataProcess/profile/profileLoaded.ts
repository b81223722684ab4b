/** The profile of what is no table of text: pictures, of which samples are looked at as training gets them. */
import type { DataTable } from '#engine/datasets/index.ts';
import { inputError } from '#engine/ir/index.ts';
import type { PictureProfile, ProfileRequest } from '#engine/protocol/index.ts';
import { profilePictures } from './profilePictures.ts';

export function profileLoaded(
  source: string,
  table: DataTable,
  request: Pick<ProfileRequest, 'split' | 'seed'>,
): PictureProfile {
  const profile = profilePictures(table, request);
  if (profile) return profile;
  throw inputError('data.no-profile', `${source} is neither a table nor pictures.`, {
    explanation: 'Profiles are made of tables (CSV, Excel, Parquet, JSON lines) and of pictures.',
  });
}
