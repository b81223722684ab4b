/**
 * The page around a model: one file that loads nothing, with the model as data and the player as its one script.
 * What people called things is data; the only text of theirs in the markup is the title. Pure.
 */
import { escaped } from '#engine/drawing/markup.ts';
import type { PlayerModel } from './model.ts';

/** What a page is made with beside its model: built from src-player, read by the host. */
export interface PlayerBundle {
  readonly script: string;
  readonly style: string;
  /** SHA-256 in base64 of each, by which the page allows these and nothing else. */
  readonly scriptHash: string;
  readonly styleHash: string;
}

const MODEL_ID = 'model';
const OPENING = `<script type="application/json" id="${MODEL_ID}">`;
const CLOSING = '</script>';

export function playerHtml(model: PlayerModel, bundle: PlayerBundle): string {
  const { script, style, scriptHash, styleHash } = bundle;
  const policy = [
    "default-src 'none'",
    // WebAssembly of its own is all that it compiles.
    `script-src 'sha256-${scriptHash}' 'wasm-unsafe-eval'`,
    `style-src 'sha256-${styleHash}'`,
    'img-src blob: data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  if (/<\/(script|style)/i.test(script + style))
    throw new Error('the player would end its element');
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<meta name="generator" content="Netloom"><title>${escaped(model.title)}</title>`,
    `<style>${style}</style></head><body>`,
    '<noscript>This page runs a neural network and needs JavaScript for it.</noscript>',
    `${OPENING}${dataText(model)}${CLOSING}`,
    `<script>${script}</script></body></html>`,
    '',
  ].join('\n');
}

/** No `<` is left in it, so nothing in it can end the element. */
const dataText = (model: PlayerModel): string =>
  JSON.stringify(model).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028');

/** The model of a page; throws where it is none. */
export function readPlayerHtml(html: string): PlayerModel {
  const start = html.indexOf(OPENING);
  const end = html.indexOf(CLOSING, start);
  if (start < 0 || end < 0) throw new Error('this is no page of a model');
  // Written above; what is wrong with it shows when it is run.
  return JSON.parse(html.slice(start + OPENING.length, end)) as PlayerModel;
}
