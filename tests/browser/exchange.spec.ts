/** Words from an input method, files and paper, in every browser: where a driver has no hand for it, by the page's own events. */

import { expect, test, type Locator } from '@playwright/test';
import type { PolicyFinder } from '../../www/src/element';
import { open, PROFILE } from './finder.ts';
import { plain, sheets } from './paper.ts';

/** What browsers say while an input method is at work; in Chromium the last `input` stands before the end, elsewhere after. */
async function compose(box: Locator, steps: string[], word: string, order: 'input first' | 'end first'): Promise<void> {
  await box.evaluate((element, { steps, word, order }) => {
    const input = element as HTMLInputElement;
    const say = (event: Event) => input.dispatchEvent(event);
    const put = (text: string, isComposing: boolean) => {
      input.value = text;
      say(new InputEvent('input', { bubbles: true, composed: true, isComposing, data: text }));
    };
    input.focus();
    say(new CompositionEvent('compositionstart', { bubbles: true, composed: true }));
    for (const step of steps) put(step, true);
    // Enter and Escape are for the list of words.
    for (const key of ['Enter', 'Escape']) say(new KeyboardEvent('keydown', { key, keyCode: 229, isComposing: true, bubbles: true, composed: true, cancelable: true }));
    input.form!.requestSubmit();
    const end = () => say(new CompositionEvent('compositionend', { bubbles: true, composed: true, data: word }));
    if (order === 'input first') {
      put(word, true);
      end();
    } else {
      input.value = word;
      end();
      put(word, false);
    }
  }, { steps, word, order });
}

for (const order of ['input first', 'end first'] as const) {
  test(`a word from an input method is searched for once, when it is whole (${order})`, async ({ page }) => {
    const finder = await open(page);
    await finder.evaluate((element) => {
      const { engine } = element as PolicyFinder;
      const asked: string[] = [];
      Object.assign(window, { asked });
      const search = engine.search.bind(engine);
      engine.search = (query, options) => {
        asked.push(query.query);
        return search(query, options);
      };
    });
    const box = finder.getByRole('combobox', { name: '搜索政策' });
    await compose(box, ['y', 'yan', 'yan fa'], '研发', order);
    await expect(finder.locator('.hit').first()).toBeVisible();
    await expect(box).toHaveValue('研发');
    expect(await page.evaluate(() => (window as unknown as { asked: string[] }).asked)).toEqual(['研发']);
  });
}

test('answers go out as a file and come in again', async ({ page }) => {
  await page.addInitScript(() => {
    const files: { name: string; text: Promise<string> }[] = [];
    const blobs = new Map<string, Blob>();
    Object.assign(window, { files });
    const made = URL.createObjectURL;
    URL.createObjectURL = (blob: Blob) => {
      const url = made.call(URL, blob);
      blobs.set(url, blob);
      return url;
    };
    addEventListener('click', (event) => {
      const anchor = event.composedPath()[0];
      if (anchor instanceof HTMLAnchorElement && anchor.download) files.push({ name: anchor.download, text: blobs.get(anchor.href)!.text() });
    }, true);
    const click = HTMLAnchorElement.prototype.click;
    HTMLAnchorElement.prototype.click = function () {
      // An anchor outside of the page is heard by nobody.
      if (!this.isConnected && this.download) files.push({ name: this.download, text: blobs.get(this.href)!.text() });
      click.call(this);
    };
  });
  const finder = await open(page, '#/check', PROFILE);
  const answers = await finder.locator('.answers > div').allInnerTexts();
  await finder.getByRole('button', { name: '导出填写内容' }).click();
  const taken = async () => page.evaluate(async () => {
    const { files } = window as unknown as { files: { name: string; text: Promise<string> }[] };
    return Promise.all(files.map(async ({ name, text }) => ({ name, text: await text })));
  });
  await expect.poll(async () => (await taken()).length).toBe(1);
  const [file] = await taken();
  expect(file!.name).toBe('profile.json');
  await finder.getByRole('button', { name: '全部清除重填' }).click();
  await expect(finder.locator('.answers > div')).toHaveCount(0);
  await finder.locator('input[type=file]').setInputFiles({ name: file!.name, mimeType: 'application/json', buffer: Buffer.from(file!.text) });
  await expect(finder.locator('.answers > div')).toHaveCount(answers.length);
  expect(await finder.locator('.answers > div').allInnerTexts()).toEqual(answers);
});

test('paper has the summary, every clause, and no buttons', async ({ page }) => {
  test.slow();
  const finder = await open(page, '#/calc', PROFILE);
  const { names, summary } = await finder.evaluate((element) => {
    const { clauses, summary } = (element as PolicyFinder).session.report!;
    return { names: [...new Set(clauses.map(({ name }) => name))], summary };
  });
  const text = (await sheets(await page.pdf({ format: 'A4' }))).map((sheet) => sheet.text).join('');
  // Firefox tells no character for some of the letters that it draws, and another dash for a dash.
  const letter = (one: string) => (/\p{Pd}/u.test(one) ? '[\\p{Pd}\\ufffd]' : `[\\ufffd${one.replace(/[\]\\^]/g, '\\$&')}]`);
  // A fifth of the letters must be told: what is made of doubts alone is no find.
  const printed = (words: string) => [...text.matchAll(new RegExp([...plain(words)].map(letter).join(''), 'gu'))]
    .some(([found]) => found.replace(/\ufffd/g, '').length * 5 >= found.length);
  expect(printed(`${summary.clauses} 条=符合 ${summary.met}`)).toBe(true);
  expect(names.filter((name) => !printed(name))).toEqual([]);
  for (const button of ['继续回答', '显示其余', '打印时附上']) expect(text).not.toContain(plain(button));
});
