// Time to first hits on a slow line and a slow machine, beside Pagefind's component UI on the same corpus:
// node run.mjs [ROUNDS]
//
// The line is shaped in the server, 150 ms to every answer and 1.6 Mbit/s for all of them together, because what DevTools
// throttles in a page it does not throttle in the page's workers. The processor is throttled four times by DevTools, which
// reaches the page's main thread; «no worker» rows have everything there, so that everything is slowed.

import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';
import { createIndex } from 'pagefind';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.join(here, '../..');
const { chromium } = createRequire(path.join(root, 'tests/browser/package.json'))('@playwright/test');
const dist = path.join(root, 'www/dist');
const site = path.join(root, 'target/first-hit');

const DAY = '2026-11-25';
const LATENCY = 150;
const BYTES_PER_SECOND = 1_600_000 / 8;
const CPU = 4;
const QUERIES = ['研发费用', '高新技术企业', '人才住房补贴', '设备更新贷款贴息', '稳岗返还'];
const ROUNDS = Number(process.argv[2] ?? 5);

// ---- two sites with the same policies ----

const escape = (text) => text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]);

/** One page per policy, as a static site generator writes them. */
async function pages() {
  const script = await readFile(path.join(dist, 'engine.js'), 'base64');
  const { Host } = await import(`data:text/javascript;base64,${script}`);
  const file = async (name) => new Uint8Array(await readFile(path.join(dist, name)));
  const host = await Host.open({ wasm: await file('engine.wasm'), pack: await file('corpus.pack') }, () => {});
  const all = [];
  for (let offset = 0; ; offset += 100) {
    const { hits, total } = host.call('search', [{ query: '', as_of: DAY, limit: 100, offset }]);
    for (const { policy } of hits) all.push(host.call('policy', [policy, DAY]));
    if (offset + hits.length >= total || !hits.length) return all;
  }
}

const frame = (head, body) => `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">${head}</head><body>${body}</body></html>
`;

async function build() {
  await rm(site, { recursive: true, force: true });
  await mkdir(path.join(site, 'policies'), { recursive: true });
  const policies = await pages();
  const { index } = await createIndex({ forceLanguage: 'zh-cn' });
  for (const policy of policies) {
    const clauses = policy.clauses.map(({ heading, label, text }) =>
      `${heading ? `<h2>${escape(`${label} ${heading}`.trim())}</h2>` : ''}${text.split('\n').map((p) => `<p>${escape(p)}</p>`).join('')}`);
    const html = frame(`<title>${escape(policy.title)}</title>`,
      `<main data-pagefind-body><h1>${escape(policy.title)}</h1><p>${escape([policy.doc_number, policy.issued, ...policy.issuer].filter(Boolean).join(' '))}</p>${clauses.join('')}</main>`);
    await writeFile(path.join(site, 'policies', `${policy.id}.html`), html);
    await index.addHTMLFile({ url: `/policies/${policy.id}.html`, content: html });
  }
  await index.writeFiles({ outputPath: path.join(site, 'pagefind') });
  await cp(dist, path.join(site, 'policy-finder'), { recursive: true });
  await writeFile(path.join(site, 'ours.html'), frame('<title>门户</title><script type="module" src="/policy-finder/policy-finder.js"></script>',
    `<h1>惠企政策</h1><policy-finder as-of="${DAY}"><p>正在打开政策查询。</p></policy-finder>`));
  const pagefind = (config) => frame(
    '<title>门户</title><link rel="stylesheet" href="/pagefind/pagefind-component-ui.css"><script type="module" src="/pagefind/pagefind-component-ui.js"></script>',
    `<h1>惠企政策</h1>${config}<pagefind-input></pagefind-input><pagefind-summary></pagefind-summary><pagefind-results></pagefind-results>`);
  await writeFile(path.join(site, 'pagefind.html'), pagefind(''));
  await writeFile(path.join(site, 'pagefind-main.html'), pagefind('<pagefind-config no-worker></pagefind-config>'));
  return policies.length;
}

// ---- a slow line ----

const TYPES = { html: 'text/html; charset=utf-8', js: 'text/javascript', css: 'text/css', json: 'application/json', wasm: 'application/wasm' };
/** Compressed once, as a careful portal does. Pagefind compresses its own index files. */
const compressed = new Map();
let sent = 0;
let free = 0;

async function content(name) {
  if (!compressed.has(name)) {
    const bytes = await readFile(path.join(site, name));
    const own = /\.(pf_[a-z]+|pagefind)$/.test(name);
    compressed.set(name, own ? { bytes } : { bytes: zlib.brotliCompressSync(bytes), encoding: 'br' });
  }
  return compressed.get(name);
}

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

const server = createServer(async (request, response) => {
  const name = decodeURIComponent(new URL(request.url, 'http://site').pathname.slice(1));
  await wait(LATENCY);
  if (!existsSync(path.join(site, name))) {
    response.writeHead(404).end();
    return;
  }
  const { bytes, encoding } = await content(name);
  response.writeHead(200, {
    'content-type': TYPES[name.split('.').pop()] ?? 'application/octet-stream',
    'content-length': bytes.length,
    'cache-control': 'max-age=86400',
    ...(encoding && { 'content-encoding': encoding }),
  });
  const SLICE = 4096;
  for (let at = 0; at < bytes.length; at += SLICE) {
    const slice = bytes.subarray(at, at + SLICE);
    // All answers share the line, slice by slice.
    free = Math.max(free, performance.now()) + (slice.length / BYTES_PER_SECOND) * 1000;
    const due = free - performance.now();
    if (due > 4) await wait(due);
    response.write(slice);
    sent += slice.length;
  }
  response.end();
});

// ---- a visitor ----

/** In the page: finds the box, types, and waits for a hit that can be read. */
function visitor() {
  const inside = () => document.querySelector('policy-finder')?.shadowRoot ?? document;
  const box = () => inside().querySelector('.searchbox input, pagefind-input input');
  const hit = () => [...inside().querySelectorAll('.hit h3 a, .pf-result-link')].some((link) => link.textContent.trim() && link.getClientRects().length);
  const seen = (found) => new Promise((done) => {
    const look = () => (found() ? done(performance.now()) : requestAnimationFrame(look));
    look();
  });
  window.firstHits = async (query) => {
    await seen(box);
    const from = performance.now();
    const input = box();
    input.focus();
    input.click();
    input.value = query;
    input.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
    return { from, hits: await seen(hit) };
  };
}

async function measure(browser, { page: address, worker }, query) {
  const result = {};
  for (const kind of ['load', 'click']) {
    const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    const cdp = await context.newCDPSession(page);
    await page.addInitScript(visitor);
    if (!worker) await page.addInitScript(() => { delete window.Worker; });
    for (const state of ['cold', 'warm']) {
      await page.goto('about:blank');
      await cdp.send('Emulation.setCPUThrottlingRate', { rate: CPU });
      const before = sent;
      await page.goto(`http://127.0.0.1:${server.address().port}/${address}`, { waitUntil: 'commit' });
      if (kind === 'load') {
        const { hits } = await page.evaluate((query) => window.firstHits(query), query);
        result[`${state} load`] = hits;
        result[`${state} bytes`] = sent - before;
        result[`${state} paint`] = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN);
      } else {
        await page.waitForLoadState('networkidle');
        await wait(3000);
        const { from, hits } = await page.evaluate((query) => window.firstHits(query), query);
        result[`${state} click`] = hits - from;
      }
    }
    await context.close();
  }
  return result;
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const seconds = (values) => (median(values) / 1000).toFixed(2);

const policies = await build();
// Compressing takes longer than downloading: before anybody asks.
for (const name of await readdir(site, { recursive: true })) if (/\.[a-z_]+$/.test(name) && !name.startsWith('policies')) await content(name.split(path.sep).join('/'));
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const executablePath = process.env.POLICY_FINDER_BROWSER ?? ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((file) => existsSync(file));
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] });
const SUBJECTS = [
  { name: 'Policy Finder', page: 'ours.html', worker: true },
  { name: 'Pagefind', page: 'pagefind.html', worker: true },
  { name: 'Policy Finder, no worker', page: 'ours.html', worker: false },
  { name: 'Pagefind, no worker', page: 'pagefind-main.html', worker: false },
];
const results = new Map(SUBJECTS.map(({ name }) => [name, []]));
// Round by round, so that a busy minute of the machine falls on all of them.
for (let round = 0; round < ROUNDS; round++) {
  for (const subject of SUBJECTS) {
    const result = await measure(browser, subject, QUERIES[round % QUERIES.length]);
    results.get(subject.name).push(result);
    console.error(round + 1, subject.name, JSON.stringify(result));
  }
}
const version = browser.version();
await browser.close();
server.close();

const { version: pagefindVersion } = JSON.parse(await readFile(path.join(here, 'node_modules/pagefind/package.json'), 'utf8'));
console.log(`${new Date().toISOString().slice(0, 10)}, ${os.cpus()[0].model}, ${os.cpus().length} cores, load ${os.loadavg()[1].toFixed(1)}; Chromium ${version}, Pagefind ${pagefindVersion}, ${policies} policies, median of ${ROUNDS} rounds

| | first paint, cold | load to hits, cold | click to hits, cold | load to hits, warm | click to hits, warm | bytes to first hits, cold |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |`);
for (const [name, runs] of results) {
  const of = (key) => runs.map((run) => run[key]);
  console.log(`| ${name} | ${seconds(of('cold paint'))} s | ${seconds(of('cold load'))} s | ${seconds(of('cold click'))} s | ${seconds(of('warm load'))} s | ${seconds(of('warm click'))} s | ${Math.round(median(of('cold bytes')) / 1000)} kB |`);
}
