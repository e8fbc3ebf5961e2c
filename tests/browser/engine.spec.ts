/** The engine's client in a real page: worker, main thread, cancellation, crash. */

import { expect, test, type Page } from '@playwright/test';
import type * as client from '../../www/src/client';

type Client = typeof client;
declare global { interface Window { engine: client.EngineClient; restarts: string[] } }

const AS_OF = '2026-11-25';

/** An empty page of the portal with the given Content-Security-Policy. */
async function openPage(page: Page, policy?: string): Promise<string[]> {
  const violations: string[] = [];
  await page.route('**/page.html', (route) => route.fulfill({
    contentType: 'text/html; charset=utf-8',
    headers: policy ? { 'content-security-policy': policy } : {},
    body: '<!doctype html><meta charset="utf-8"><title>page</title>',
  }));
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) violations.push(message.text());
  });
  await page.goto('/page.html');
  return violations;
}

async function start(page: Page, options: client.EngineOptions = {}): Promise<string | null> {
  return page.evaluate(async (options) => {
    const { EngineClient } = await import(new URL('/client.js', location.href).href) as Client;
    window.restarts = [];
    window.engine = new EngineClient({ ...options, onrestart: (cause) => window.restarts.push(cause.code) });
    await window.engine.open();
    return window.engine.mode;
  }, options);
}

test("under default-src 'self' the engine runs in its worker without a violation", async ({ page }) => {
  const violations = await openPage(page, "default-src 'self'");
  expect(await start(page)).toBe('worker');
  expect(await page.evaluate(async () => (await window.engine.info()).policies)).toBeGreaterThan(0);
  expect(violations).toEqual([]);
});

test('where no worker may start the main thread gives the same answers', async ({ page }) => {
  await openPage(page, "script-src 'self' 'wasm-unsafe-eval'; worker-src 'none'");
  expect(await start(page)).toBe('main');
  const onMain = await page.evaluate((as_of) => window.engine.calculate({ 产值: '5亿元' }, as_of), AS_OF);
  await openPage(page);
  expect(await start(page)).toBe('worker');
  expect(await page.evaluate((as_of) => window.engine.calculate({ 产值: '5亿元' }, as_of), AS_OF)).toEqual(onMain);
});

test('a kernel that cannot compile the newer module gets the lowered one, and the same answers', async ({ page }) => {
  await openPage(page);
  const requests: string[] = [];
  page.on('request', (request) => requests.push(new URL(request.url()).pathname));
  expect(await start(page)).toBe('worker');
  const newer = await page.evaluate((as_of) => window.engine.calculate({ 产值: '5亿元' }, as_of), AS_OF);
  expect(requests.sort()).toEqual(['/client.js', '/corpus.pack', '/engine.wasm', '/worker.js']);

  requests.length = 0;
  await page.addInitScript(() => { WebAssembly.validate = () => false; });
  await openPage(page);
  for (const worker of [true, false]) {
    expect(await start(page, { worker })).toBe(worker ? 'worker' : 'main');
    expect(await page.evaluate((as_of) => window.engine.calculate({ 产值: '5亿元' }, as_of), AS_OF)).toEqual(newer);
  }
  expect(requests).toContain('/lowered/worker.js');
  expect(requests).toContain('/lowered/engine.wasm');
  expect(requests).toContain('/lowered/engine.js');
  expect(requests.filter((request) => /^\/(worker|engine)/.test(request))).toEqual([]);
});

test('where WebAssembly is forbidden the error names the directive', async ({ page }) => {
  await openPage(page, "script-src 'self'; worker-src 'none'");
  const error = await start(page).catch((error: Error) => error);
  expect(String(error)).toContain("'wasm-unsafe-eval'");
});

test('a value that cannot be read is reported with its field and leaves the engine usable', async ({ page }) => {
  await openPage(page);
  await start(page);
  const error = await page.evaluate(async (as_of) => {
    try {
      await window.engine.match({ 产值: '很多' }, as_of);
      return null;
    } catch (error) {
      const { code, faults } = error as client.PolicyFinderError;
      return { code, keys: faults.map((fault) => fault.key) };
    }
  }, AS_OF);
  expect(error).toEqual({ code: 'profile_value', keys: ['产值'] });
  expect(await page.evaluate(async () => (await window.engine.info()).policies)).toBeGreaterThan(0);
  expect(await page.evaluate(() => window.restarts)).toEqual([]);
});

test('halves of a character, as a script may cut them, are typed like any other unreadable one', async ({ page }) => {
  await openPage(page);
  await start(page);
  const answers = await page.evaluate(async (as_of) => {
    const asked = async (query: string) => {
      const { query: _, ...report } = await window.engine.search({ query, as_of });
      return { report, suggestions: await window.engine.suggest(query, 8) };
    };
    const halves = ['\ud842', '\udfb7', '研发\ud842费用', '\udfb7\ud842补贴', '"研发\ud842', '-\udfb7', '\ud842'.repeat(10_000)];
    return Promise.all(halves.map(async (query) => [await asked(query), await asked(query.replace(/[\ud800-\udfff]/g, '\ufffd'))]));
  }, AS_OF);
  for (const [halves, replaced] of answers) expect(halves).toEqual(replaced);
  expect(answers[2]![0]!.report.total).toBeGreaterThan(0);
});

test('a cancelled call is rejected and the ones beside it are answered', async ({ page }) => {
  await openPage(page);
  await start(page);
  const outcomes = await page.evaluate(async (as_of) => {
    const stop = new AbortController();
    const calls = [
      window.engine.calculate({}, as_of),
      window.engine.calculate({}, as_of, { signal: stop.signal }),
      window.engine.info(),
    ];
    // After these microtasks the calls are on their way, and no answer can have come: that takes a turn of the loop.
    for (let i = 0; i < 10; i++) await null;
    stop.abort();
    const settled = await Promise.allSettled(calls);
    return settled.map((one) => one.status === 'fulfilled' ? 'answered' : (one.reason as Error).name);
  }, AS_OF);
  expect(outcomes).toEqual(['answered', 'AbortError', 'answered']);
  const early = await page.evaluate(async () => {
    const stop = new AbortController();
    stop.abort();
    return window.engine.info({ signal: stop.signal }).catch((error: Error) => error.name);
  });
  expect(early).toBe('AbortError');
});

for (const [what, file, worker] of [['the worker', 'worker.js', true], ['the instance on the main thread', 'engine.js', false]] as const) {
  test(`a crash rejects the call that caused it, replaces ${what} and answers the others`, async ({ page }) => {
    // A trap inside the module at the first match, as a fault of the engine would be.
    await page.route(`**/${file}*`, async (route) => {
      const response = await route.fetch();
      const inject = `{
        const compile = WebAssembly.instantiateStreaming;
        WebAssembly.instantiateStreaming = async (...args) => {
          const result = await compile(...args);
          const exports = { ...result.instance.exports, engine_match: () => { throw new WebAssembly.RuntimeError('unreachable'); } };
          return { module: result.module, instance: { exports } };
        };
      }\n`;
      await route.fulfill({ response, body: inject + await response.text() });
    });
    await openPage(page);
    await start(page, { worker });
    const outcomes = await page.evaluate(async (as_of) => {
      const calls = [window.engine.match({}, as_of), window.engine.info(), window.engine.calculate({}, as_of)];
      const settled = await Promise.allSettled(calls);
      return settled.map((one) => one.status === 'fulfilled' ? 'answered' : (one.reason as client.PolicyFinderError).code);
    }, AS_OF);
    expect(outcomes).toEqual(['crashed', 'answered', 'answered']);
    expect(await page.evaluate(() => window.restarts)).toEqual(['crashed']);
  });
}

test('another portal opens its own pack by address, relative to the page', async ({ page }) => {
  await page.route('**/packs/own.pack', async (route) => {
    const response = await route.fetch({ url: new URL('/corpus.pack', page.url()).href });
    await route.fulfill({ response });
  });
  await openPage(page);
  const requests: string[] = [];
  page.on('request', (request) => requests.push(new URL(request.url()).pathname));
  expect(await start(page, { pack: 'packs/own.pack' })).toBe('worker');
  expect(requests).toContain('/packs/own.pack');
  expect(requests).not.toContain('/corpus.pack');
});

for (const [what, body, code] of [
  ['a web page instead of a pack', '<html></html>', 'not_a_pack'],
  ['an unfinished download', 'cut', 'pack_length'],
] as const) {
  test(`${what} is refused with a reason, and the next pack opens`, async ({ page }) => {
    await page.route('**/packs/own.pack', async (route) => {
      if (body !== 'cut') return route.fulfill({ body });
      const response = await route.fetch({ url: new URL('/corpus.pack', page.url()).href });
      return route.fulfill({ response, body: (await response.body()).subarray(0, 5000) });
    });
    await openPage(page);
    const found = await page.evaluate(async () => {
      const { EngineClient } = await import(new URL('/client.js', location.href).href) as Client;
      return new EngineClient({ pack: 'packs/own.pack' }).open().then(() => 'opened', (error: client.PolicyFinderError) => error.code);
    });
    expect(found).toBe(code);
    expect(await start(page)).toBe('worker');
  });
}

test('a pack that is not there says so with its address', async ({ page }) => {
  await openPage(page);
  const error = await start(page, { pack: 'packs/none.pack' }).catch((error: Error) => error);
  expect(String(error)).toContain('/packs/none.pack could not be loaded: HTTP 404');
});
