/** The offline edition: on the device whole or not at all, and always with a way back. */

import { expect, test, type Page } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as App from '../../www/src/pwa/app';
import type { Release, State } from '../../www/src/pwa/releases';

const www = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../www');
const dist = path.join(www, 'dist');
const TYPES: Record<string, string> = {
  html: 'text/html; charset=utf-8', js: 'text/javascript', wasm: 'application/wasm', css: 'text/css', svg: 'image/svg+xml',
  json: 'application/json', webmanifest: 'application/manifest+json', pack: 'application/octet-stream',
};

/** A portal's server whose files change and whose line breaks when a test says so. */
class Portal {
  /** Answers instead of the file; `asked` counts from one update to the next. */
  disturb: ((name: string, response: ServerResponse, bytes: Buffer) => boolean) | null = null;
  readonly folder = mkdtempSync(path.join(tmpdir(), 'policy-finder-'));
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      const name = decodeURIComponent(new URL(request.url!, 'http://portal').pathname.slice(1));
      let bytes: Buffer;
      try {
        bytes = readFileSync(path.join(this.folder, name));
      } catch {
        response.writeHead(404).end();
        return;
      }
      if (this.disturb?.(name, response, bytes)) return;
      response.writeHead(200, { 'content-type': TYPES[name.split('.').pop()!] ?? 'text/plain', 'content-length': bytes.length }).end(bytes);
    });
  }

  static async open(): Promise<Portal> {
    const portal = new Portal();
    portal.publish(1000);
    await new Promise<void>((done) => portal.server.listen(0, '127.0.0.1', done));
    portal.address = `http://127.0.0.1:${(portal.server.address() as AddressInfo).port}/app.html`;
    return portal;
  }

  address = '';

  /** The built release with every address changed: nothing of it is on a device yet. */
  publishAnew(sequence: number): void {
    rmSync(this.folder, { recursive: true });
    const version = sequence.toString(16).padStart(12, '0');
    const fresh = (text: string) => text.replace(/\?v=[0-9a-f]{12}/g, `?v=${version}`).replace(/([a-zA-Z]-)[0-9a-f]{8}(?=\.js)/g, `$1${version.slice(4)}`);
    for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
      const from = path.join(dist, name);
      if (!statSync(from).isFile() || name.endsWith('.map')) continue;
      const to = path.join(this.folder, fresh(name));
      mkdirSync(path.dirname(to), { recursive: true });
      writeFileSync(to, /\.(wasm|pack)$/.test(name) ? readFileSync(from) : fresh(readFileSync(from, 'utf8')));
    }
    this.list(sequence);
  }

  /** Puts a release on the server: the built one, with files changed. */
  publish(sequence: number, change: Record<string, (text: string) => string> = {}): void {
    cpSync(dist, this.folder, { recursive: true });
    const built = JSON.parse(readFileSync(path.join(dist, 'release.json'), 'utf8')) as Release;
    const page = path.join(this.folder, 'app.html');
    for (const [pattern, edit] of Object.entries(change)) {
      if (pattern === 'release.json') continue;
      const { url } = built.files.find((file) => file.url.startsWith(pattern))!;
      const name = url.replace(/\?.*/, '');
      const file = path.join(this.folder, name);
      writeFileSync(file, edit(readFileSync(file, 'latin1')), 'latin1');
      // As the build does: a changed file has a changed address.
      writeFileSync(page, readFileSync(page, 'utf8').replaceAll(url, `${name}?v=${sequence.toString(16).padStart(12, '0')}`));
    }
    this.list(sequence);
    const list = path.join(this.folder, 'release.json');
    if (change['release.json']) writeFileSync(list, change['release.json'](readFileSync(list, 'utf8')));
  }

  /** As a portal does after a change. */
  private list(sequence: number): void {
    const page = path.join(this.folder, 'app.html');
    writeFileSync(page, readFileSync(page, 'utf8').replace('<h1>惠企政策</h1>', `<h1>惠企政策 ${sequence}</h1>`));
    execFileSync(process.execPath, [path.join(www, 'release.mjs'), this.folder], { env: { ...process.env, SOURCE_DATE_EPOCH: String(sequence) } });
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
    rmSync(this.folder, { recursive: true });
  }

  /** Closes the line for good; what has been stored is all there is. */
  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}

const heading = (page: Page) => page.locator('h1');
const status = (page: Page) => page.locator('#release-status');

/** The page opens, and search and calculation answer. */
async function works(page: Page, sequence: number): Promise<void> {
  await expect(heading(page)).toHaveText(`惠企政策 ${sequence}`);
  const finder = page.locator('policy-finder');
  await expect(finder.locator('.bottom')).toContainText('政策库');
  const found = await finder.evaluate(async (element) => {
    const { engine } = element as HTMLElement & { engine: import('../../www/src/client').EngineClient };
    const { total } = await engine.search({ query: '高新技术企业', as_of: '2026-11-25', limit: 1 });
    const { summary } = await engine.calculate({ 注册地: '长沙经开区' }, '2026-11-25');
    return total > 0 && summary.clauses > 0;
  });
  expect(found).toBe(true);
  // The page looks for updates by itself; what a test then publishes is for the test to find.
  await expect(status(page)).not.toBeEmpty();
  await page.evaluate(() => navigator.locks.request(`policy-finder ${new URL('./', location.href).pathname}`, () => {}));
}

/** First visit, until release 1000 is on the device and serves the page. */
async function install(page: Page, portal: Portal): Promise<void> {
  await page.goto(portal.address);
  await expect(status(page)).toHaveText('已存入本机,断网也能使用。');
  await page.reload();
  await works(page, 1000);
}

const state = (page: Page): Promise<State> => page.evaluate(async () => {
  const script = document.querySelector<HTMLScriptElement>('script[src*="app.js"]')!.src;
  const { Releases } = await import(script) as typeof App;
  return new Releases(new URL('./', location.href)).state();
});

/** Looks for an update; the code of its refusal, or the sequence taken. `until`: dies before the n-th step. */
const look = (page: Page, until?: number): Promise<string> => page.evaluate(async (until) => {
  const script = document.querySelector<HTMLScriptElement>('script[src*="app.js"]')!.src;
  const { Releases, update, UpdateError } = await import(script) as typeof App;
  let at = 0;
  return new Promise<string>((resolve) => {
    update(new Releases(new URL('./', location.href)), (step) => {
      if (at++ !== until) return;
      resolve(`died before ${step.step}`);
      return new Promise(() => {});
    }).then(
      (release) => resolve(String(release?.sequence ?? 'none')),
      (error: unknown) => resolve(error instanceof UpdateError ? error.code : String(error)),
    );
  });
}, until);

const portals: Portal[] = [];
async function opened(page: Page): Promise<Portal> {
  const portal = await Portal.open();
  portals.push(portal);
  await install(page, portal);
  return portal;
}
test.afterEach(() => {
  for (const portal of portals.splice(0)) portal.close();
});

test('without a network the page opens, searches and calculates, and shows the age of its corpus', async ({ page }) => {
  const portal = await opened(page);
  await portal.stop();
  await page.reload();
  await works(page, 1000);
  await expect(page.locator('policy-finder .bottom')).toContainText(/政策库 \d{4}-\d{2}-\d{2}/);
  await page.goto(`${portal.address}#/ask`);
  await expect(page.locator('policy-finder').getByRole('link', { name: '开始回答' })).toBeVisible();
});

test('an update is taken whole and used at the next opening; the one before stays as the way back', async ({ page }) => {
  const portal = await opened(page);
  portal.publish(2000);
  expect(await look(page)).toBe('2000');
  await works(page, 1000);
  await page.reload();
  await works(page, 2000);
  await page.getByRole('button', { name: /改用本机的另一版/ }).click();
  await works(page, 1000);
  await expect(status(page)).toContainText('断网也能使用');
  // What was left is not taken again by itself.
  expect(await look(page)).toBe('none');
  expect((await state(page)).current?.sequence).toBe(1000);
});

// Half a minute each, and about storage that both browsers have: once is enough.
test('an update that dies before any step leaves the old release, whole', { tag: '@chromium' }, async ({ page }) => {
  test.setTimeout(300_000);
  const portal = await opened(page);
  portal.publish(2000);
  let at = 0;
  for (;;) {
    const died = await look(page, at++);
    if (!died.startsWith('died')) {
      expect(died).toBe('none');
      break;
    }
    const { current } = await state(page);
    const switched = died === 'died before tidy';
    expect(current?.sequence, died).toBe(switched ? 2000 : 1000);
    if (!switched) portal.disturb = (_, response) => Boolean(response.destroy());
    await page.reload();
    await works(page, switched ? 2000 : 1000);
    portal.disturb = null;
  }
  expect(at).toBeGreaterThan(10);
});

// Half a minute each, and about storage that both browsers have: once is enough.
test('a connection cut within any file leaves the old release, and the next look goes on', { tag: '@chromium' }, async ({ page }) => {
  test.setTimeout(300_000);
  const portal = await opened(page);
  portal.publishAnew(2000);
  const { files, engines } = JSON.parse(readFileSync(path.join(portal.folder, 'release.json'), 'utf8')) as Release;
  const needed = files.map(({ url }) => url).filter((url) => !Object.values(engines.lowered).includes(url));
  expect(needed.length).toBe(files.length - 3);
  for (const cut of ['release.json', ...needed.map((url) => url.replace(/\?.*/, ''))]) {
    portal.disturb = (name, response, bytes) => {
      if (name !== cut) return false;
      response.writeHead(200, { 'content-type': 'text/plain', 'content-length': bytes.length });
      response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
      return true;
    };
    expect(await look(page), cut).toBe('offline');
    expect((await state(page)).current?.sequence, cut).toBe(1000);
    portal.disturb = (_, response) => Boolean(response.destroy());
    await page.reload();
    await works(page, 1000);
    portal.disturb = null;
  }
  expect(await look(page)).toBe('2000');
  await page.reload();
  await works(page, 2000);
});

for (const [what, answer] of [
  ['an error page', (response: ServerResponse) => response.writeHead(503).end('busy')],
  ['a page of a login', (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>请登录</html>')],
  ['a redirect', (response: ServerResponse) => response.writeHead(302, { location: '/index.html' }).end()],
] as const) {
  test(`${what} in place of a file is not kept`, async ({ page }) => {
    const portal = await opened(page);
    portal.publish(2000);
    portal.disturb = (name, response) => name === 'app.html' && Boolean(answer(response));
    expect(['file', 'offline']).toContain(await look(page));
    expect((await state(page)).current?.sequence).toBe(1000);
    await page.reload();
    await works(page, 1000);
  });
}

test('a corrupted pack is refused, with one bit changed', async ({ page }) => {
  const portal = await opened(page);
  portal.publishAnew(2000);
  portal.disturb = (name, response, bytes) => {
    if (name !== 'corpus.pack') return false;
    const damaged = Buffer.from(bytes);
    damaged[damaged.length >> 1]! ^= 1;
    response.writeHead(200, { 'content-length': damaged.length }).end(damaged);
    return true;
  };
  expect(await look(page)).toBe('file');
  expect((await state(page)).current?.sequence).toBe(1000);
});

for (const [what, golden] of [
  ['amount', (text: string) => text.replace(/"low": "(\d+)\.00"/, '"low": "$1.01"')],
  ['hit', (text: string) => text.replace(/"policy": "/, '"policy": "x')],
] as const) {
  test(`a release whose engine answers another ${what} than it must is not put in force`, async ({ page }) => {
    const portal = await opened(page);
    portal.publish(2000, { 'release.json': golden });
    expect(await look(page)).toBe('trial');
    expect((await state(page)).current?.sequence).toBe(1000);
    await page.reload();
    await works(page, 1000);
    await expect(status(page)).toContainText('没有通过检验');
  });
}

test('a release whose page does not start is found out before it is in force', async ({ page }) => {
  const portal = await opened(page);
  portal.publish(2000, { 'app.js': () => 'throw new Error("broken");' });
  expect(await look(page)).toBe('trial');
  expect((await state(page)).current?.sequence).toBe(1000);
  // Nothing of the trial is left on the page.
  await expect(page.locator('iframe')).toHaveCount(0);
  await page.reload();
  await works(page, 1000);
  await expect(status(page)).toContainText('没有通过检验');
});

test('a release that starts on trial only gives way to the one before after two openings', async ({ page }) => {
  const portal = await opened(page);
  portal.publish(2000, { 'app.js': (text) => `if (self === top) throw new Error("broken");${text}` });
  expect(await look(page)).toBe('2000');
  for (let opening = 0; opening < 2; opening++) {
    await page.goto('about:blank');
    await page.goto(portal.address);
    await expect(heading(page)).toHaveText('惠企政策 2000');
  }
  await page.goto('about:blank');
  await page.goto(portal.address);
  await works(page, 1000);
  await expect(status(page)).toContainText('没有打开,已退回上一版');
  expect(await look(page)).toBe('none');
});

// The browser's own process, as a power cut or a full memory ends it.
test('a browser killed in the middle of an update opens the old release or the new one', { tag: '@chromium' }, async ({ playwright }, { project }) => {
  test.setTimeout(300_000);
  const folder = mkdtempSync(path.join(tmpdir(), 'policy-finder-profile-'));
  const portal = await Portal.open();
  portals.push(portal);
  const start = async () => {
    const context = await playwright.chromium.launchPersistentContext(folder, { ...project.use.launchOptions, locale: 'zh-CN' });
    return { context, page: context.pages()[0] ?? await context.newPage() };
  };
  try {
    let { context, page } = await start();
    await install(page, portal);
    portal.publishAnew(2000);
    const taken: number[] = [];
    for (const before of [0, 2, 9, 'verify', 'trial', 'page', 'switch', 'switched', 'tidy', 'done'] as const) {
      const dies = page.evaluate(async (before) => {
        const script = document.querySelector<HTMLScriptElement>('script[src*="app.js"]')!.src;
        const { Releases, update } = await import(script) as typeof App;
        let at = 0;
        const reached = new Promise<void>((resolve) => {
          void update(new Releases(new URL('./', location.href)), ({ step }) => {
            if (at++ !== before && step !== before && !(before === 'switched' && step === 'switch')) return;
            resolve();
            // Within the very write that puts it in force, the process goes on until it is killed.
            return before === 'switched' ? undefined : new Promise(() => {});
          }).finally(resolve);
        });
        await reached;
      }, before);
      await dies;
      const [owner] = readlinkSync(path.join(folder, 'SingletonLock')).split('-').slice(-1);
      process.kill(Number(owner), 'SIGKILL');
      await context.close().catch(() => {});
      rmSync(path.join(folder, 'SingletonLock'), { force: true });
      ({ context, page } = await start());
      portal.disturb = (_, response) => Boolean(response.destroy());
      await page.goto(portal.address);
      const found = Number((await heading(page).innerText()).split(' ')[1]);
      expect([1000, 2000], `killed before ${before}`).toContain(found);
      await works(page, found);
      taken.push(found);
      portal.disturb = null;
    }
    // What was kept stays: once the new release is in force, no later death takes it away.
    expect(taken).toEqual([...taken].sort((a, b) => a - b));
    expect(taken.slice(0, 7)).toEqual(Array(7).fill(1000));
    expect(taken[taken.length - 1]).toBe(2000);
    await context.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a release older than what was in force is refused', async ({ page }) => {
  const portal = await opened(page);
  portal.publish(900);
  expect(await look(page)).toBe('older');
  expect((await state(page)).current?.sequence).toBe(1000);
});

test('a portal page beside the offline edition is served by the network alone', async ({ page }) => {
  const portal = await opened(page);
  writeFileSync(path.join(portal.folder, 'index.html'), '<!doctype html><title>new</title>');
  await page.goto(portal.address.replace('app.html', 'index.html'));
  await expect(page).toHaveTitle('new');
});
