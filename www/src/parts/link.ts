import { html, type TemplateResult } from 'lit';
import { ifDefined } from 'lit/directives/if-defined.js';
import { toHash, type Route } from '../route';
import type { Finder } from '../views/view';

/** A link to a place in the widget. A modified click opens it where the browser would. */
export function link(
  finder: Finder, route: Route, content: unknown, style?: string, label?: string, current?: boolean,
): TemplateResult {
  return html`<a
    href=${toHash(route)}
    class=${ifDefined(style)}
    aria-label=${ifDefined(label)}
    aria-current=${ifDefined(current ? 'page' : undefined)}
    @click=${(event: MouseEvent) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
      event.preventDefault();
      finder.go(route);
    }}
  >${content}</a>`;
}

/** An address elsewhere, opened beside the page; at a kiosk, which shows nothing else, it can only be read. */
export function web(finder: Finder, address: string | null): unknown {
  return address && /^https?:/.test(address) && !finder.kiosk
    ? html`<a class="long" href=${address} target="_blank" rel="noopener noreferrer">${address}</a>` : address;
}
