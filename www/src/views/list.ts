import { html, nothing, type TemplateResult } from 'lit';
import { badge, statusBadge } from '../parts/badge';
import { link } from '../parts/link';
import { home, type Route } from '../route';
import type { PolicyFinderError } from '../client';
import type { PolicyPage } from '../types';
import { skeleton } from './search';
import { View } from './view';

type ListRoute = Extract<Route, { view: 'list' }>;

/** Some policies by their ids: what the code on a slip opens. */
export class ListView extends View {
  private pages: PolicyPage[] | null = null;
  private shown = '';
  /** Ids that this pack does not know: the slip may be older than the page. */
  private unknown = 0;

  title(): string {
    return this.t.chosen.title;
  }

  enter(route: ListRoute): void {
    const { engine, asOf } = this.finder;
    const key = JSON.stringify([route.ids, asOf]);
    if (key === this.shown) return;
    this.shown = key;
    this.pages = null;
    const open = (id: string) => engine.policy(id, asOf).catch((error: PolicyFinderError) => {
      if (error.code === 'unknown_policy') return null;
      throw error;
    });
    Promise.all(route.ids.map(open)).then(
      (pages) => {
        if (key !== this.shown) return;
        this.pages = pages.filter((page) => page !== null);
        this.unknown = pages.length - this.pages.length;
        this.finder.redraw();
      },
      (error: PolicyFinderError) => {
        this.shown = '';
        if (engine === this.finder.engine) this.finder.failed(error);
      },
    );
  }

  forget(): void {
    this.pages = null;
    this.shown = '';
  }

  render(): TemplateResult {
    const { t, finder, pages } = this;
    if (!pages) return skeleton(t.loading.opening);
    return html`<section class="policy-list">
      <h2 tabindex="-1">${t.chosen.title}</h2>
      <p class="muted">${t.chosen.count(pages.length)}</p>
      ${this.unknown ? html`<p class="notice">${t.chosen.unknown(this.unknown)}</p>` : nothing}
      <ul class="hits" role="list">
        ${pages.map((page) => html`<li class="hit">
          <p class="facts">
            ${page.level ? badge(t.level[page.level], 'level') : nothing} ${statusBadge(page.status, t)}
            ${page.doc_number ? html`<span>${page.doc_number}</span>` : nothing}
          </p>
          <h3>${link(finder, { view: 'policy', id: page.id, clause: null }, page.title)}</h3>
        </li>`)}
      </ul>
      <p class="actions">
        ${link(finder, { view: 'ask', key: null }, t.report.answer, 'button primary')}
        ${link(finder, home, t.failure.toSearch, 'button')}
      </p>
    </section>`;
  }
}
