import { html, nothing, type TemplateResult } from 'lit';
import type { PolicyFinderError } from '../client';
import { badge } from '../parts/badge';
import { download } from '../parts/download';
import { guideCard, materialNote } from '../parts/guide-card';
import { link } from '../parts/link';
import { noFilters, type Route } from '../route';
import type { Channel, Guide, Material, PolicyPage } from '../types';
import { skeleton } from './search';
import { View } from './view';

interface Item { guide: Guide; page: PolicyPage; index: number }

const LANES: readonly (Channel | null)[] = ['auto', 'online', 'on_site', null];

/** 怎么办: every guide of the pack by way of handling; with answers, first what the enterprise can apply for. */
export class GuidesView extends View {
  private items: Item[] | null = null;
  private loading = '';
  private readonly open = new Set<Item>();
  private find = '';
  private lane: Channel | 'any' = 'any';

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
  }

  /** Guides are part of policy pages; the engine answers from memory, so all pages are read. */
  private async load(asOf: string): Promise<void> {
    const { engine } = this.finder;
    const { hits } = await engine.search({ query: '', ...noFilters(), as_of: asOf, limit: 10_000 });
    const pages = await Promise.all(hits.map((hit) => engine.policy(hit.policy, asOf)));
    if (this.loading !== asOf) return;
    this.items = pages.flatMap((page) => page.guides.map((guide, index) => ({ guide, page, index })));
    this.finder.redraw();
  }

  render(): TemplateResult {
    const { t, finder } = this;
    const items = this.items;
    if (!items) return skeleton(t.loading.opening);
    const granted = new Set(finder.session.report?.clauses.filter(({ verdict }) => verdict === 'met').map(({ id }) => id));
    const mine = items.filter(({ guide }) => guide.benefits.some((id) => granted.has(id)));
    const find = this.find.trim();
    const shown = items.filter(({ guide, page }) =>
      (this.lane === 'any' || guide.channel === this.lane)
      && (!find || guide.item.includes(find) || page.title.includes(find) || guide.materials.some(({ name }) => name.includes(find))));
    return html`<div class="guides-view">
      <h2 tabindex="-1">${t.guide.title}</h2>
      <p class="muted">${t.guide.intro(items.length)}</p>
      ${finder.session.empty
        ? html`<p class="notice">${t.guide.noAnswers} ${link(finder, { view: 'ask', key: null }, t.report.answer)}</p>`
        : this.renderMine(mine)}
      <section>
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

  private renderMine(mine: Item[]): TemplateResult {
    const { t } = this;
    if (!mine.length) return html`<p class="notice">${t.guide.noneGranted}</p>`;
    const materials = merged(mine);
    const deadlines = mine.filter(({ guide }) => guide.deadline);

    return html`<section class="mine">
      <h3>${t.guide.mine(mine.length)}</h3>
      <ul class="rows" role="list">${mine.map((item) => this.renderItem(item))}</ul>
      ${materials.length
        ? html`<h4>${t.guide.merged(materials.length)}</h4>
            <ul class="materials">
              ${materials.map(({ material, uses }) => html`<li>${material.name}${materialNote(material, t)}
                ${uses > 1 ? badge(t.guide.shared(uses), 'level') : nothing}</li>`)}
            </ul>`
        : nothing}
      ${deadlines.length
        ? html`<h4>${t.guide.deadlines}</h4>
            <ul class="materials">${deadlines.map(({ guide }) => html`<li>${guide.deadline} ${guide.item}</li>`)}</ul>
            ${this.finder.kiosk ? nothing : html`<p class="screen-only"><button class="button small" @click=${() =>
              void this.saveDeadlines(deadlines)}>${t.subscribe.calendar}</button></p>`}`
        : nothing}
    </section>`;
  }

  /** Deadlines that are one day and still ahead. */
  private async saveDeadlines(items: Item[]): Promise<void> {
    const { calendar, deadlineDay } = await import('../exports');
    const events = items.flatMap(({ guide }) => {
      const day = deadlineDay(guide.deadline!);
      return day && day >= this.finder.asOf
        ? [{ uid: `${guide.clause}@policy-finder`, day, title: guide.item, note: guide.place ?? guide.phone }] : [];
    });
    download('deadlines.ics', 'text/calendar', calendar(this.t.guide.deadlines, events, new Date()));
  }

  private renderItem(item: Item): TemplateResult {
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

/** One list of materials for several guides: the same paper is brought once. */
function merged(items: readonly Item[]): { material: Material; uses: number }[] {
  const byName = new Map<string, { material: Material; uses: number }>();
  for (const { guide } of items) {
    for (const material of guide.materials) {
      const known = byName.get(material.name);
      if (known) known.uses++;
      else byName.set(material.name, { material, uses: 1 });
    }
  }
  return [...byName.values()].sort((a, b) => b.uses - a.uses);
}
