/**
 * Takes a new release, whole or not at all: every file is downloaded beside the old ones and held against its SHA-256;
 * then the new engine answers questions with known answers in a worker of its own; then one write puts it in force. Until
 * that write nothing that is in use has changed, whatever happens.
 */

import { isCurrent } from '../kernel';
import type { FromWorker, ToWorker } from '../protocol';
import type { Engine, Release, ReleaseFile, Releases } from './releases';

/** Before each step; in the order of this list. */
export type Step =
  | { step: 'list' }
  | { step: 'file'; url: string; loaded: number; total: number }
  | { step: 'verify' }
  | { step: 'trial' }
  | { step: 'page' }
  | { step: 'switch' }
  | { step: 'tidy' };

/** `offline`: nothing was learned. `older`, `list`, `file`, `trial`: the release is refused. `storage`: no room for it. */
export class UpdateError extends Error {
  constructor(readonly code: 'offline' | 'older' | 'list' | 'file' | 'trial' | 'storage', message: string) {
    super(message);
  }
}

/** Milliseconds between two looks at a page on trial. */
const GLANCE = 100;
/** Milliseconds after which a trial that says nothing has failed. */
const PATIENCE = 60_000;

/** The release that is in force from now on, or null where there is none newer. One page at a time. */
export function update(releases: Releases, before: (step: Step) => void | Promise<void> = () => {}): Promise<Release | null> {
  return navigator.locks.request(`policy-finder ${releases.base.pathname}`, async () => {
    const state = await releases.state();
    await before({ step: 'list' });
    const release = await list(releases);
    if (release.sequence === state.highest) return null;
    if (release.sequence < state.highest) {
      throw new UpdateError('older', `release ${release.sequence} is older than ${state.highest}, which was in force here`);
    }
    const cache = await releases.cache(release.sequence);
    const { current, lowered } = release.engines;
    const [engine, other] = isCurrent() ? [current, lowered] : [lowered, current];
    const needed = release.files.filter(({ url }) => !Object.values(other).includes(url));
    const total = needed.reduce((sum, { bytes }) => sum + bytes, 0);
    let loaded = 0;
    for (const file of needed) {
      await before({ step: 'file', url: file.url, loaded, total });
      if (!(await held(cache, releases, file))) {
        const kept = state.current && await held(await releases.cache(state.current.sequence), releases, file);
        await keep(cache, releases, file, kept ?? await download(releases, file));
      }
      loaded += file.bytes;
    }
    await before({ step: 'verify' });
    const files = new Map<string, ArrayBuffer>();
    for (const file of needed) {
      const response = await held(cache, releases, file);
      if (!response) throw new UpdateError('storage', `${file.url} was not kept`);
      files.set(file.url, await response.arrayBuffer());
    }
    await before({ step: 'trial' });
    await trial(releases, release, engine, files);
    await before({ step: 'page' });
    if (release.trial) await trialOfPage(releases, release);
    await before({ step: 'switch' });
    await releases.take(release);
    await before({ step: 'tidy' });
    await releases.tidy();
    return release;
  });
}

async function get(url: URL, refusal: 'list' | 'file'): Promise<Response> {
  let response: Response;
  try {
    // Nothing from the browser's own cache, and nothing from elsewhere.
    response = await fetch(url, { cache: 'no-store', redirect: 'error' });
  } catch (error) {
    throw new UpdateError('offline', `${url.href} could not be loaded: ${(error as Error).message}`);
  }
  if (response.status !== 200) throw new UpdateError(refusal, `${url.href} could not be loaded: HTTP ${response.status}`);
  return response;
}

async function body(response: Response, url: string): Promise<ArrayBuffer> {
  try {
    return await response.arrayBuffer();
  } catch (error) {
    throw new UpdateError('offline', `${url} broke off: ${(error as Error).message}`);
  }
}

async function list(releases: Releases): Promise<Release> {
  const text = new TextDecoder().decode(await body(await get(new URL('release.json', releases.base), 'list'), 'release.json'));
  let release: Partial<Release>;
  try {
    release = JSON.parse(text) as Partial<Release>;
  } catch {
    throw new UpdateError('list', 'release.json is no JSON');
  }
  const { format, sequence, files, golden, page, pack, engines } = release;
  const inside = (url: unknown) => typeof url === 'string' && new URL(url, releases.base).href.startsWith(releases.base.href);
  if (format !== 1 || !Number.isSafeInteger(sequence) || !Array.isArray(files) || !Array.isArray(golden) || !golden.length
    || !files.every(({ url, bytes, sha256 }) => inside(url) && Number.isSafeInteger(bytes) && /^[0-9a-f]{64}$/.test(sha256))
    || ![page, pack, ...[engines?.current, engines?.lowered].flatMap((one) => [one?.worker, one?.engine, one?.wasm])]
      .every((url) => files.some((file) => file.url === url))) {
    throw new UpdateError('list', 'release.json is not a list of a release in format 1');
  }
  return release as Release;
}

async function hex(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The file as it is in a cache, if it is there and what it should be. */
async function held(cache: Cache, releases: Releases, file: ReleaseFile): Promise<Response | null> {
  const response = await cache.match(new URL(file.url, releases.base).href);
  if (!response) return null;
  return await hex(await response.clone().arrayBuffer()) === file.sha256 ? response : null;
}

async function download(releases: Releases, { url, bytes, sha256 }: ReleaseFile): Promise<Response> {
  const response = await get(new URL(url, releases.base), 'file');
  const content = await body(response, url);
  if (content.byteLength !== bytes || await hex(content) !== sha256) {
    throw new UpdateError('file', `${url} is not the file of the release: ${content.byteLength} bytes, ${bytes} expected`);
  }
  // What is kept are the checked bytes; headers that spoke of their way here are gone.
  const headers = new Headers(response.headers);
  for (const name of ['content-encoding', 'content-length', 'vary']) headers.delete(name);
  return new Response(content, { headers });
}

async function keep(cache: Cache, releases: Releases, { url }: ReleaseFile, response: Response): Promise<void> {
  try {
    await cache.put(new URL(url, releases.base).href, response);
  } catch (error) {
    throw new UpdateError('storage', `${url} could not be kept: ${(error as Error).message}`);
  }
}

/** The new worker with the new module and the new pack answers what the release says it must. */
async function trial(releases: Releases, release: Release, engine: Engine, files: Map<string, ArrayBuffer>): Promise<void> {
  // By its address, as the page will: the service worker has it from the new cache.
  const worker = new Worker(new URL(engine.worker, releases.base), { name: 'policy-finder trial' });
  try {
    await new Promise<void>((resolve, reject) => {
      const refuse = (reason: string) => reject(new UpdateError('trial', reason));
      const timer = setTimeout(() => refuse(`no answer after ${PATIENCE / 1000} seconds`), PATIENCE);
      worker.onerror = ({ message }) => refuse(message || 'the worker could not be started');
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
        if (!('checked' in data)) return;
        clearTimeout(timer);
        if (data.checked === null) resolve();
        else refuse(data.checked);
      };
      const wasm = files.get(engine.wasm)!;
      const pack = new Uint8Array(files.get(release.pack)!);
      worker.postMessage({ check: { wasm, pack, golden: release.golden } } satisfies ToWorker);
    });
  } finally {
    worker.terminate();
  }
}

/** The new page opens its pack in a frame that nobody sees: scripts that do not start are not put in force. */
async function trialOfPage(releases: Releases, release: Release): Promise<void> {
  const frame = document.createElement('iframe');
  Object.assign(frame.style, { position: 'absolute', width: '0', height: '0', border: '0', visibility: 'hidden' });
  frame.tabIndex = -1;
  frame.setAttribute('aria-hidden', 'true');
  frame.src = releases.trialOf(release).href;
  let loaded = false;
  let forbidden = false;
  frame.onload = () => (loaded = true);
  const violation = ({ effectiveDirective }: SecurityPolicyViolationEvent) => (forbidden ||= /^(frame|child)-src/.test(effectiveDirective));
  document.addEventListener('securitypolicyviolation', violation);
  document.body.append(frame);
  try {
    for (let waited = 0; waited < PATIENCE && !forbidden; waited += GLANCE) {
      await new Promise((done) => setTimeout(done, GLANCE));
      // Read before the mark: what stands there when all has loaded is what the scripts have left.
      const whole = loaded;
      const mark = (frame.contentDocument?.documentElement as HTMLElement | null | undefined)?.dataset['trial'];
      if (mark === 'ready') return;
      if (mark === 'failed' || (whole && !mark)) throw new UpdateError('trial', `the new page ${mark ? 'cannot open its pack' : 'does not start'}`);
    }
    // A portal that forbids frames has the other trials.
    if (!forbidden) throw new UpdateError('trial', `the new page has not opened within ${PATIENCE / 1000} seconds`);
  } finally {
    document.removeEventListener('securitypolicyviolation', violation);
    frame.remove();
  }
}
