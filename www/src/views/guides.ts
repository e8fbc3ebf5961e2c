import { html, nothing, type TemplateResult } from 'lit';
import type { PolicyFinderError } from '../client';
import type { Placed } from '../guide';
import { guideBook } from '../guide-book';
import { Application } from '../parts/application';
import { guideCard } from '../parts/guide-card';
import { link } from '../parts/link';
import type { Route } from '../route';
import type { Channel, Service } from '../types';
import { skeleton } from './search';
import { View } from './view';

const LANES: readonly (Channel | null)[] = ['auto', 'online', 'on_site', null];

/** 怎么办: every guide of the pack by way of handling; with answers, first what the enterprise can apply for. */
export class GuidesView extends View {
  private items: Placed[] | null = null;
  private loading = '';
  private readonly open = new Set<Placed>();
  private find = '';
  private lane: Channel | 'any' = 'any';
  private service: Service | null = null;
  private readonly application = new Application(this.finder);

  title(): string {
    return this.t.guide.title;
  }

  enter(_route: Route): void {
    const { engine, asOf } = this.finder;
    if (this.loading === asOf) return;
    this.loading = asOf;
    this.items = null;
    void this.load(asOf).catch((error: PolicyFinderError) => {
      this.loading = '';
      if (engine === this.finder.engine) this.finder.failed(error);
    });
  }

  forget(): void {
    this.loading = '';
    this.items = null;
    this.open.clear();
    this.find = '';
    this.lane = 'any';
    this.application.forget();
  }

  private async load(asOf: string): Promise<void> {
    const book = await guideBook(this.finder.engine, asOf);
    if (this.loading !== asOf) return;
    this.service = book.service;
    this.items = [...book.guides];
    this.finder.redraw();
  }

  render(): TemplateResult {
    const { t, finder } = this;
    const items = this.items;
    if (!items) return skeleton(t.loading.opening);
    const granted = finder.session.report?.clauses.some(({ verdict }) => verdict === 'met') ?? false;
    const find = this.find.trim();
    const shown = items.filter(({ guide, page }) =>
      (this.lane === 'any' || guide.channel === this.lane)
      && (!find || guide.item.includes(find) || page.title.includes(find) || guide.materials.some(({ name }) => name.includes(find))));
    return html`<div class="guides-view">
      <h2 tabindex="-1">${t.guide.title}</h2>
      <p class="muted">${t.guide.intro(items.length)}</p>
      ${finder.session.empty
        ? html`<p class="notice">${t.guide.noAnswers} ${link(finder, { view: 'ask', key: null }, t.report.answer)}</p>`
        : granted ? this.application.render(items, this.service)
        : html`<p class="notice">${t.guide.noneGranted}</p>`}
      <section class=${granted ? 'screen-only' : ''}>
        <div class="clauses-head">
          <h3>${t.guide.all}</h3>
          <input class="find" type="search" autocomplete="off" aria-label=${t.guide.find} placeholder=${t.guide.find} .value=${this.find}
            @input=${(event: Event) => {
              this.find = (event.target as HTMLInputElement).value;
              finder.redraw();
            }} />
        </div>
        <div class="lanes" role="group" aria-label=${t.guide.channel}>
          ${(['any', 'auto', 'online', 'on_site'] as const).map((lane) => html`<button
            class="chip" aria-pressed=${this.lane === lane ? 'true' : 'false'}
            @click=${() => {
              this.lane = lane;
              finder.redraw();
            }}>${lane === 'any' ? t.guide.anyChannel : t.channel[lane]}
            <span class="count">${items.filter(({ guide }) => lane === 'any' || guide.channel === lane).length}</span></button>`)}
        </div>
        ${shown.length ? nothing : html`<p class="muted">${t.guide.none}</p>`}
        ${LANES.map((lane) => {
          const rows = shown.filter(({ guide }) => guide.channel === lane);
          return rows.length
            ? html`<section class="lane"><h4>${lane ? t.channel[lane] : t.guide.unknownChannel}</h4>
                <ul class="rows" role="list">${rows.map((item) => this.renderItem(item))}</ul></section>`
            : nothing;
        })}
      </section>
    </div>`;
  }

  private renderItem(item: Placed): TemplateResult {
    const { finder, t } = this;
    const { guide, page } = item;
    const open = this.open.has(item) || finder.printing;
    return html`<li>
      <details class="row" ?open=${open} @toggle=${(event: Event) => {
        if (finder.printing) return;
        if ((event.target as HTMLDetailsElement).open) this.open.add(item);
        else this.open.delete(item);
        finder.redraw();
      }}>
        <summary>
          <span class="row-text">
            <strong>${guide.item}</strong>
            <span class="muted row-policy">${page.level ? `${t.level[page.level]} · ` : ''}${page.title}</span>
          </span>
          ${guide.materials.length ? html`<span class="amount none">${t.guide.materialCount(guide.materials.length)}</span>` : nothing}
        </summary>
        ${open ? guideCard(finder, page, guide, item.index) : nothing}
      </details>
    </li>`;
  }
}
