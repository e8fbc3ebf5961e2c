/**
 * The service worker of the offline edition. It serves the release in force and never writes a cache: what is on the device
 * was put there by `update`, checked. Only the page's address is the same in every release, so an address that is found is
 * always the right file; anything else goes to the network as if there were no service worker.
 */

import { Releases, type Installed } from './releases';

interface ExtendableEvent extends Event { waitUntil(done: Promise<unknown>): void }
interface FetchEvent extends ExtendableEvent { request: Request; respondWith(response: Promise<Response>): void }

// The page's types are in force here; of the worker's own scope these are used.
const scope = self as unknown as {
  registration: { scope: string };
  clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener<E extends Event>(type: string, listener: (event: E) => void): void;
};
const releases = new Releases(new URL(scope.registration.scope));

// It holds no state and mixes no releases: a newer one may take over at any time.
scope.addEventListener<ExtendableEvent>('install', (event) => event.waitUntil(scope.skipWaiting()));
scope.addEventListener<ExtendableEvent>('activate', (event) => event.waitUntil(scope.clients.claim()));

scope.addEventListener<FetchEvent>('fetch', (event) => {
  const { method, url, mode, cache } = event.request;
  if (method !== 'GET' || !url.startsWith(releases.base.href)) return;
  // The update asks past every cache, this one included.
  if (cache === 'no-store') return;
  event.respondWith(mode === 'navigate' ? page(event.request) : file(event.request));
});

async function page(request: Request): Promise<Response> {
  const url = new URL(request.url);
  try {
    const [tried, name] = [Number(url.searchParams.get('release')), url.searchParams.get('page')];
    if (name && url.href === releases.trialOf({ sequence: tried, page: name }).href) return await onTrial(tried, name) ?? fetch(request);
    const before = await releases.state();
    if (before.current && pageOf(before.current).pathname === url.pathname) {
      const { current, previous } = await releases.opened();
      for (const installed of [current, previous]) {
        const found = installed && await releases.page(installed);
        if (found) return found;
      }
    }
  } catch (error) {
    console.error('policy-finder:', error);
  }
  return fetch(request);
}

/** The page of a release that is not in force yet, without headers that would keep it out of a frame. */
async function onTrial(sequence: number, page: string): Promise<Response | null> {
  const found = await releases.page({ sequence, page });
  return found ? new Response(found.body, { headers: { 'content-type': 'text/html; charset=utf-8' } }) : null;
}

function pageOf({ page }: Installed): URL {
  return new URL(page, releases.base);
}

async function file(request: Request): Promise<Response> {
  const found = await releases.file(request.url).catch((error: unknown) => console.error('policy-finder:', error));
  return found ?? fetch(request);
}
