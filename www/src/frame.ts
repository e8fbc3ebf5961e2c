/**
 * The finder's page inside a portal's `<iframe>`; `embed.ts` is the other end.
 *
 * A message counts when it comes from the window around this one and from the origin that `?host=` names. What the portal
 * learns: how high the page is and which place of the finder it shows, without words searched for and without answers.
 */

/** What the page in the frame says. `offset`: bring this height of the frame into sight. */
export type FromFrame =
  | { type: 'height'; height: number }
  | { type: 'offset'; top: number }
  | { type: 'ready' | 'navigate'; hash: string };

/** What the page around it says. `sight`: the part of the frame that is in the window, in its own pixels. */
export type ToFrame =
  | { type: 'sight'; top: number; bottom: number }
  | { type: 'go'; hash: string }
  | { type: 'print' };

/** Attributes that the portal may choose; not the pack: whoever frames the page does not decide what it says. */
const CHOICES = ['theme', 'size', 'lang', 'high-contrast'];

const finder = document.querySelector<HTMLElement>('policy-finder')!;
const root = document.documentElement;
const parameters = new URLSearchParams(location.search);
for (const name of CHOICES) {
  const value = parameters.get(name);
  if (value !== null) finder.setAttribute(name, value);
}

const brand = parameters.get('brand');
if (brand !== null && /^#[\da-f]{6}$/i.test(brand)) finder.style.setProperty('--pf-brand', brand);

/** The portal's origin; without `?host=` that of the page that was left for this one. */
function originOf(address: string): string | null {
  try {
    const { origin } = new URL(address);
    return origin === 'null' ? null : origin;
  } catch {
    return null;
  }
}

const host = originOf(parameters.get('host') ?? document.referrer);

if (host !== null && parent !== window) {
  const say = (message: FromFrame) => parent.postMessage({ pf: 1, ...message }, host);
  let height = 0;
  let sight: { top: number; bottom: number } | null = null;

  // The root, not the body: margins count. Changes of a pixel are rounding; answered, they would never end.
  const measure = () => {
    const now = Math.ceil(root.getBoundingClientRect().height);
    if (sight && Math.abs(now - height) < 2) return;
    height = now;
    say({ type: 'height', height });
  };
  new ResizeObserver(measure).observe(root);
  // While the page loads it may be out of sight, where browsers do not tell of sizes; and the portal's script may come later.
  let left = 60;
  const loading = setInterval(() => {
    measure();
    if (--left <= 0) clearInterval(loading);
  }, 500);

  finder.addEventListener('policy-ready', () => say({ type: 'ready', hash: location.hash }));
  finder.addEventListener('policy-navigate', (event) => {
    say({ type: 'navigate', hash: (event as CustomEvent<{ hash: string }>).detail.hash });
    // Once the new height has been given: where the visitor has arrived has the focus.
    setTimeout(() => {
      const top = (finder.shadowRoot!.activeElement ?? finder).getBoundingClientRect().top;
      if (sight && (top < sight.top || top > sight.bottom - 80)) say({ type: 'offset', top });
    }, 150);
  });

  addEventListener('message', ({ source, origin, data }: MessageEvent<{ pf?: unknown } & ToFrame | null>) => {
    if (source !== parent || origin !== host || !data || data.pf !== 1) return;
    switch (data.type) {
      case 'sight':
        sight = { top: Number(data.top), bottom: Number(data.bottom) };
        // The frame is as high as the page: one bar to scroll with is enough.
        root.style.overflowY = 'hidden';
        break;
      case 'go':
        if (/^#\//.test(data.hash)) location.hash = data.hash;
        break;
      case 'print':
        print();
    }
  });
}
