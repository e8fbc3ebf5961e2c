/** What came out of a printer: PDF files and codes, read as their readers do. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import type jsQR from 'jsqr';
import { extractText, getDocumentProxy } from 'unpdf';

const JSQR = readFileSync(createRequire(import.meta.url).resolve('jsqr/dist/jsQR.js'), 'utf8');

/** Radicals that Unicode's compatibility forms leave as they are, and the characters that look like them. */
const RADICALS = '\u2ed3\u2ed4\u2ecb\u2ec5\u2ec9\u2eda\u2edb\u2edc\u2ee2\u2ee5\u2ee6\u2ee8\u2ee9\u2eec\u2eee\u2ef0\u2ef3\u2ed8\u2ec6\u2ec4\u2edd\u2ea0\u6236';
const CHARACTERS = '长门车见贝页风飞马鱼鸟麦黄齐齿龙龟青角西食民户';

/**
 * A text without spaces, for comparison. Where a font draws a character and a radical alike, Chromium writes the radical
 * into the file; programs that search in it take both for the same, and so does this.
 */
export function plain(text: string): string {
  const usual = (radical: string) => CHARACTERS[RADICALS.indexOf(radical)] ?? radical;
  return text.normalize('NFKC').replace(/[\u2e80-\u2eff\u6236]/g, usual).replace(/\s/g, '');
}

export interface Sheet { width: number; height: number; text: string }

/** Pages of a PDF, in millimetres, with the text that can be selected on them (see `plain`). */
export async function sheets(pdf: Buffer): Promise<Sheet[]> {
  const document = await getDocumentProxy(new Uint8Array(pdf));
  const { text } = await extractText(document, { mergePages: false });
  const pages: Sheet[] = [];
  for (const [index, one] of text.entries()) {
    const [left, bottom, right, top] = (await document.getPage(index + 1)).view as [number, number, number, number];
    const millimetres = (points: number) => Math.round((points / 72) * 25.4);
    pages.push({ width: millimetres(right - left), height: millimetres(top - bottom), text: plain(one) });
  }
  return pages;
}

/** The text of a QR code in a picture; null where a reader finds none. */
export async function decoded(page: Page, png: Buffer): Promise<string | null> {
  await page.evaluate(JSQR);
  return page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
    canvas.drawImage(bitmap, 0, 0);
    const { data, width, height } = canvas.getImageData(0, 0, bitmap.width, bitmap.height);
    const reader = window as unknown as { jsQR: typeof jsQR };
    return reader.jsQR(data, width, height)?.data ?? null;
  }, png.toString('base64'));
}
