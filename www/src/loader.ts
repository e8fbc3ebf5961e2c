/**
 * The one line of a portal: `<script src="…/policy-finder.js" defer></script>`, as a classic script or a module.
 *
 * It finds the element beside itself, in the version it was built with. In a browser that cannot run it, or when it does
 * not arrive, what stands inside `<policy-finder>` stays visible, and the tag says why in `data-unavailable`.
 */

import { askEarly } from './download';

declare const __ELEMENT__: string;
declare const __PACK__: string;

function unavailable(reason: string): void {
  const mark = () => document.querySelectorAll('policy-finder').forEach((tag) => tag.setAttribute('data-unavailable', reason));
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', mark);
  else mark();
}

// A module has no currentScript; both kinds stand in the page under the name of this file.
const script = document.currentScript as HTMLScriptElement | null
  ?? [...document.scripts].reverse().find((script) => /\/policy-finder\.js(?:[?#]|$)/.test(script.src));

if (!script?.src) unavailable('address');
else if (!window.customElements || !Element.prototype.attachShadow || typeof WebAssembly !== 'object') unavailable('browser');
else {
  // The corpus sets out with the element, where a tag waits for it. The module stays with the worker, which compiles it as it
  // comes.
  if (document.querySelector('policy-finder:not([pack]):not([base])')) askEarly(new URL(__PACK__, script.src).href);
  import(new URL(__ELEMENT__, script.src).href).catch((error: unknown) => {
    unavailable('download');
    console.error('policy-finder:', error);
  });
}
