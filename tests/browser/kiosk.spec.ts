/** The screen in the service hall: served by its own machine, forgotten after each visitor. */

import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test as base, type CDPSession, type Locator, type Page } from '@playwright/test';
import type { PolicyFinder } from '../../www/src/element';
import { DAY, fill, PROFILE, ready } from './finder.ts';
import { decoded, plain, sheets } from './paper.ts';

const COMMAND = fileURLToPath(new URL('../../target/debug/policy-finder', import.meta.url));
const DIST = fileURLToPath(new URL('../../www/dist', import.meta.url));

/** `policy-finder serve --kiosk`, once for all tests of a worker. */
const test = base.extend<object, { hall: string }>({
  hall: [async ({}, use) => {
    if (!existsSync(COMMAND)) throw new Error(`${COMMAND} is not built\n  hint: cargo build --package policy-finder-cli`);
    const server: ChildProcess = spawn(COMMAND, ['serve', '--kiosk', DIST, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const address = await new Promise<string>((resolve, reject) => {
      server.stdout!.once('data', (line: Buffer) => resolve(line.toString().trim()));
      server.once('exit', (code) => reject(new Error(`policy-finder serve ended with ${code}`)));
    });
    await use(address);
    server.kill();
  }, { scope: 'worker' }],
});

// Playwright's recordings keep copies of what was on the page, in the page.
test.use({ trace: 'off' });

/** Neither stands in the corpus; what is shown of the number has other digits in between. */
const WORD = 'qxzjwkvcanary';
const NUMBER = '73918264';
const TRACES = [WORD, NUMBER, '7391.8264', '73,918,264', '7,391.8264'];

const traces = (text: string) => TRACES.filter((trace) => text.includes(trace));

async function open(page: Page, hall: string): Promise<Locator> {
  await page.setViewportSize({ width: 1080, height: 1920 });
  await page.goto(hall);
  const finder = page.locator('policy-finder');
  await ready(finder);
  return finder;
}

/** Types on the keys of the screen into the box that has the focus. */
async function press(finder: Locator, text: string): Promise<void> {
  const keys = finder.getByRole('group', { name: '屏幕键盘' });
  for (const key of text) await keys.getByRole('button', { name: key, exact: true }).click();
}

/**
 * A visit: a search, an answer, a form begun and not sent, a look at report and guides. What is looked for is compared here:
 * a text that Playwright looks for in the page stays in the page's memory.
 */
async function visit(finder: Locator): Promise<void> {
  await finder.getByRole('combobox', { name: '搜索政策' }).click();
  await press(finder, WORD);
  expect(await finder.getByRole('combobox', { name: '搜索政策' }).inputValue()).toBe(WORD);
  await finder.getByRole('button', { name: '搜索', exact: true }).click();
  await expect.poll(() => finder.locator('.main').innerText()).toContain(`没有找到与「${WORD}」`);

  await finder.evaluate((element) => {
    const finder = element as PolicyFinder;
    finder.go({ view: 'ask', key: '国产算力支出[2026年]' });
  });
  const answer = finder.getByRole('textbox', { name: /算力/ });
  await answer.click();
  await press(finder, `${NUMBER}元`);
  expect(await finder.locator('.echo').innerText()).toContain('73,918,264 元');
  await finder.getByRole('button', { name: '继续' }).click();
  await expect(finder.getByText('第 2 题')).toBeVisible();

  await finder.evaluate((element) => (element as PolicyFinder).go({ view: 'ask', key: '营业收入[2026年]' }));
  const second = finder.getByRole('textbox').first();
  await second.click();
  await press(finder, NUMBER);

  await finder.getByRole('link', { name: '怎么办', exact: true }).click();
  await finder.getByRole('searchbox').click();
  await finder.page().keyboard.type(WORD);
  await finder.getByRole('link', { name: '算金额', exact: true }).click();
  await expect.poll(() => finder.locator('.profile').innerText()).toContain('7,391.8264');
}

/** What a page, its storages and its history hold, as one text. */
async function kept(page: Page, finder: Locator): Promise<string> {
  const cdp = await page.context().newCDPSession(page);
  const addresses = await cdp.send('Page.getNavigationHistory');
  const inPage = await finder.evaluate(async (element) => {
    const stored: unknown[] = [];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) stored.push(request.url, await (await cache.match(request))!.text());
    }
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open(name!);
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(opening.error!);
      });
      for (const store of database.objectStoreNames) {
        stored.push(await new Promise((resolve, reject) => {
          const reading = database.transaction(store).objectStore(store).getAll();
          reading.onsuccess = () => resolve(reading.result);
          reading.onerror = () => reject(reading.error!);
        }));
      }
      database.close();
    }
    const inputs = [...element.shadowRoot!.querySelectorAll('input')];
    return JSON.stringify([
      document.documentElement.outerHTML, element.shadowRoot!.innerHTML, inputs.map((input) => [input.value, input.defaultValue]),
      { ...localStorage }, { ...sessionStorage }, document.cookie, history.state, location.href, document.title, window.name, stored,
      getSelection()?.toString(), (element as PolicyFinder).profile,
    ]);
  });
  return inPage + JSON.stringify(addresses);
}

interface Attached { sessionId: string; targetInfo: { type: string } }

/** The debugger's view of the page's worker; its messages travel inside those of the page. */
async function workerOf(page: Page): Promise<(method: string, params?: object) => Promise<Record<string, unknown>>> {
  const cdp: CDPSession = await page.context().newCDPSession(page);
  const attached = new Promise<string>((resolve) => {
    cdp.on('Target.attachedToTarget', ({ sessionId, targetInfo }: Attached) => {
      if (targetInfo.type === 'worker') resolve(sessionId);
    });
  });
  await cdp.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  const sessionId = await attached;
  let last = 0;
  return (method, params = {}) => {
    const id = ++last;
    const answered = new Promise<Record<string, unknown>>((resolve, reject) => {
      const listen = ({ message }: { message: string }) => {
        const answer = JSON.parse(message) as { id?: number; result?: Record<string, unknown>; error?: { message: string } };
        if (answer.id !== id) return;
        cdp.off('Target.receivedMessageFromTarget', listen);
        if (answer.result) resolve(answer.result);
        else reject(new Error(answer.error?.message));
      };
      cdp.on('Target.receivedMessageFromTarget', listen);
    });
    return cdp.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method, params }) }).then(() => answered);
  };
}

/** Which of the texts stand in the linear memory of the engine: every `WebAssembly.Memory` in the worker's heap is read. */
async function inMemory(page: Page, texts: readonly string[]): Promise<{ bytes: number; found: string[] }> {
  const send = await workerOf(page);
  const { result: prototype } = await send('Runtime.evaluate', { expression: 'WebAssembly.Memory.prototype' });
  const { objects } = await send('Runtime.queryObjects', { prototypeObjectId: (prototype as { objectId: string }).objectId });
  const { result } = await send('Runtime.callFunctionOn', {
    objectId: (objects as { objectId: string }).objectId,
    returnByValue: true,
    arguments: [{ value: texts }],
    functionDeclaration: `function (texts) {
      const memories = [...this].map((memory) => new Uint8Array(memory.buffer));
      const holds = (bytes, needle) => {
        for (let at = bytes.indexOf(needle[0]); at >= 0; at = bytes.indexOf(needle[0], at + 1)) {
          if (needle.every((byte, i) => bytes[at + i] === byte)) return true;
        }
        return false;
      };
      const found = texts.filter((text) => memories.some((bytes) => holds(bytes, [...new TextEncoder().encode(text)])));
      return { bytes: memories.reduce((sum, { length }) => sum + length, 0), found };
    }`,
  });
  return (result as { value: { bytes: number; found: string[] } }).value;
}

/** Texts of the page's JavaScript heap, once what nobody holds is collected, that have one of the traces in them. */
async function inHeap(page: Page, texts: readonly string[]): Promise<string[]> {
  const cdp = await page.context().newCDPSession(page);
  const chunks: string[] = [];
  cdp.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
  await cdp.send('HeapProfiler.collectGarbage');
  await cdp.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  const { strings } = JSON.parse(chunks.join('')) as { strings: string[] };
  return strings.filter((string) => texts.some((text) => string.includes(text)));
}

for (const way of ['按「结束并清除」', '90 秒没有人碰,再过 30 秒'] as const) {
  test(`${way}:页面、存储、缓存、历史和新引擎的内存里都没有上一位填写的内容`, async ({ page, hall }) => {
    await page.clock.install({ time: new Date(`${DAY}T10:00:00+08:00`) });
    const loading = open(page, hall);
    await page.clock.runFor(1000);
    const finder = await loading;
    await page.clock.resume();
    await visit(finder);
    // What is there is found: memory that the engine has freed still holds it.
    expect(traces(await kept(page, finder))).toEqual(['7391.8264', '7,391.8264']);
    expect((await inMemory(page, TRACES)).found).not.toEqual([]);
    const worker = page.workers()[0];
    expect(worker).toBeDefined();

    if (way.startsWith('按')) {
      await finder.getByRole('button', { name: '结束并清除' }).click();
    } else {
      await page.clock.runFor(91_000);
      await expect(finder.getByRole('alertdialog')).toContainText('还在使用吗');
      await page.clock.runFor(31_000);
      await expect(finder.getByRole('alertdialog')).toHaveCount(0);
    }
    await ready(finder);
    await expect(finder.locator('.landing')).toBeVisible();

    expect(traces(await kept(page, finder))).toEqual([]);
    await expect.poll(() => page.workers().length).toBe(1);
    expect(page.workers()[0]).not.toBe(worker);
    const memory = await inMemory(page, TRACES);
    expect(memory.bytes).toBeGreaterThan(1_000_000);
    expect(memory.found).toEqual([]);
    // Not even the browser's own undo brings it back.
    await finder.getByRole('combobox', { name: '搜索政策' }).click();
    await page.keyboard.press('Control+z');
    expect(traces(await kept(page, finder))).toEqual([]);
    expect(await inHeap(page, TRACES)).toEqual([]);
  });
}

test('自助机上没有导出和导入:存下的文件会留给下一位', async ({ page, hall }) => {
  const finder = await open(page, hall);
  await fill(finder, PROFILE);
  for (const view of ['match', 'calc', 'check', 'guide'] as const) {
    await finder.evaluate((element, hash) => { (element as PolicyFinder).go({ view: hash, benefit: null } as never); }, view);
    await ready(finder);
    await expect(finder.getByRole('heading', { level: 2 }).first()).toBeVisible();
    await expect(finder.locator('input[type=file]')).toHaveCount(0);
    await expect(finder.getByText(/导出|下载|导入/)).toHaveCount(0);
  }
});

/** A visitor with grants, before the question which paper; printing itself is left to the test. */
async function papers(page: Page, hall: string): Promise<Locator> {
  await page.clock.setFixedTime(`${DAY}T10:00:00+08:00`);
  await page.addInitScript(() => { window.print = () => {}; });
  const finder = await open(page, hall);
  await fill(finder, PROFILE);
  await finder.getByRole('link', { name: '算金额', exact: true }).click();
  await finder.getByRole('button', { name: '打印', exact: true }).click();
  await expect(finder.getByRole('dialog')).toContainText('打印在哪种纸上');
  return finder;
}

test('小票印在 80 毫米的纸上,一张,只有票面的内容;取走以后可以结束', async ({ page, hall }) => {
  const finder = await papers(page, hall);
  await finder.getByRole('button', { name: '小票' }).click();
  const [slip, ...more] = await sheets(await page.pdf({ preferCSSPageSize: true }));
  expect(more).toEqual([]);
  expect(slip!.width).toBe(80);
  expect(slip!.height).toBeGreaterThan(100);
  for (const part of ['惠企政策测算小票', '算力券', '12万元', '30人以下企业免缴残保金', '仅供参考']) expect(slip!.text).toContain(plain(part));
  for (const part of ['打印在哪种纸上', '首页', '测算报告', '逐条覆盖']) expect(slip!.text).not.toContain(plain(part));

  await expect(finder.getByRole('dialog')).toContainText('请取走纸张');
  // The next one has the usual paper.
  await finder.getByRole('button', { name: '继续使用' }).click();
  expect((await sheets(await page.pdf({ preferCSSPageSize: true, format: 'A4' })))[0]!.width).toBe(210);
});

test('小票上的二维码只有政策编号,扫出来的页面就是这些政策', async ({ page, hall }) => {
  const finder = await papers(page, hall);
  const address = await decoded(page, await finder.locator('.slip .code').screenshot());
  const shown = await finder.evaluate((element) => {
    const { clauses } = (element as PolicyFinder).session.report!;
    return [...new Set(clauses.filter(({ verdict }) => verdict === 'met').map(({ policy }) => policy))].sort();
  });
  const [publicPage, ids] = address!.split('#/policies/');
  expect(publicPage).toBe(`${hall}index.html`);
  expect(ids!.split('/').sort()).toEqual(shown);

  await page.goto(address!);
  const list = page.locator('policy-finder');
  await expect(list.getByRole('heading', { level: 2 })).toHaveText('清单上的政策');
  await expect(list.locator('.hit')).toHaveCount(shown.length);
  await list.locator('.hit h3 a').first().click();
  expect(page.url()).toContain(`#/policy/${ids!.split('/')[0]}`);
});

test('一张旧小票上的政策已经移出政策库,页面照常,写明少了几项', async ({ page, hall }) => {
  await page.goto(`${hall}index.html#/policies/park-opc-2026/park-gone-1999`);
  const list = page.locator('policy-finder');
  await expect(list.locator('.hit')).toHaveCount(1);
  await expect(list.locator('.notice')).toContainText('另有 1 项不在现在的政策库里');
});

test('A4 报告每一条都在,没有屏幕上的按键;离开时清除', async ({ page, hall }) => {
  const finder = await papers(page, hall);
  const all = await finder.evaluate((element) => (element as PolicyFinder).session.report!.summary.clauses);
  await finder.getByRole('button', { name: /A4/ }).click();
  const pages = await sheets(await page.pdf({ format: 'A4' }));
  const text = pages.map((sheet) => sheet.text).join('');
  expect(text).toContain(plain(`共 ${all} 条,一条不漏`));
  expect(text).not.toContain('结束并清除');
  expect(pages.length).toBeLessThan(25);
  await expect(finder.getByRole('dialog')).toContainText('请取走纸张');
  await finder.getByRole('dialog').getByRole('button', { name: '结束并清除' }).click();
  await expect(finder.locator('.landing')).toBeVisible();
  await expect(finder.getByRole('dialog')).toHaveCount(0);
});
