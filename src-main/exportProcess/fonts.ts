/** The fonts of drawn graphs: for pictures that browsers show, and whole for pictures that are drawn here. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { PictureHost } from '#engine/export/define.ts';

const { resolve } = createRequire(import.meta.url);

/** As the window has them: the Latin letters of all weights. */
export async function webFonts(): ReturnType<PictureHost['webFonts']> {
  const [text, mono] = await Promise.all([
    readFile(resolve('@fontsource-variable/inter/files/inter-latin-wght-normal.woff2')),
    readFile(
      resolve('@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2'),
    ),
  ]);
  return [
    { family: 'text', woff2: text.toString('base64') },
    { family: 'mono', woff2: mono.toString('base64') },
  ];
}

/** With every letter they have, so that a picture is the same on machines without any fonts. */
export function drawingFonts(): Promise<readonly Uint8Array[]> {
  return Promise.all([
    readFile(resolve('@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf')),
    readFile(resolve('@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf')),
    readFile(resolve('@expo-google-fonts/jetbrains-mono/400Regular/JetBrainsMono_400Regular.ttf')),
  ]);
}
