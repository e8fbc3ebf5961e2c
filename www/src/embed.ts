/**
 * The line of a portal that shows the finder in an `<iframe>`: keeps the frame as high as what is in it.
 *
 * ```html
 * <iframe src="https://policies.example/policy-finder/frame.html?host=https://portal.example" title="惠企政策"></iframe>
 * <script src="https://policies.example/policy-finder/embed.js" defer></script>
 * ```
 *
 * A message counts when it comes from the window of such a frame and from the origin in the frame's address.
 */

import type { FromFrame, ToFrame } from './frame';

const page = new URL('frame.html', (document.currentScript as HTMLScriptElement).src).href;
/** Frames whose page has spoken: they are told which part of them is in sight. */
const frames = new Set<HTMLIFrameElement>();

function tell(frame: HTMLIFrameElement, message: ToFrame): void {
  frame.contentWindow?.postMessage({ pf: 1, ...message }, new URL(frame.src).origin);
}

function tellSight(frame: HTMLIFrameElement): void {
  const { top, bottom } = frame.getBoundingClientRect();
  tell(frame, { type: 'sight', top: Math.max(0, -top), bottom: Math.min(bottom, innerHeight) - top });
}

let waiting = false;
function moved(): void {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    for (const frame of frames) {
      if (frame.isConnected) tellSight(frame);
      else frames.delete(frame);
    }
  });
}

addEventListener('scroll', moved, { passive: true });
addEventListener('resize', moved);

addEventListener('message', ({ source, origin, data }: MessageEvent<{ pf?: unknown } & FromFrame | null>) => {
  if (!data || data.pf !== 1) return;
  const frame = [...document.querySelectorAll('iframe')].find(({ contentWindow }) => contentWindow && contentWindow === source);
  if (!frame || new URL(frame.src).origin !== origin || frame.src.split(/[?#]/)[0] !== page) return;
  frames.add(frame);
  switch (data.type) {
    case 'height':
      if (Number.isFinite(data.height) && data.height > 0 && data.height < 1e6) frame.style.height = `${Math.ceil(data.height)}px`;
      tellSight(frame);
      break;
    case 'offset':
      if (Number.isFinite(data.top)) scrollBy(0, frame.getBoundingClientRect().top + data.top - 16);
      break;
    case 'ready': case 'navigate':
      frame.dispatchEvent(new CustomEvent(`policy-${data.type}`, { detail: { hash: String(data.hash) }, bubbles: true }));
  }
});

// What a page may ask of a frame: `frame.dispatchEvent(new CustomEvent('policy-go', { detail: '#/calc', bubbles: true }))`.
for (const type of ['go', 'print'] as const) {
  document.addEventListener(`policy-${type}`, ({ target, detail }: CustomEventInit & { target?: unknown }) => {
    const frame = target as HTMLIFrameElement;
    if (frames.has(frame)) tell(frame, type === 'go' ? { type, hash: String(detail) } : { type });
  });
}
