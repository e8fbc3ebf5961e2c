import { html, nothing, type TemplateResult } from 'lit';
import type { Strings } from '../i18n';
import type { Guide, Material, PolicyPage } from '../types';
import type { Finder } from '../views/view';
import { badge } from './badge';
import { clauseLink } from './citation';
import { web } from './link';

/** Form, copies, whether it must be there, where it comes from: what of it is known. */
export function materialNote(material: Material, t: Strings): TemplateResult | typeof nothing {
  const required = material.required === 'true' ? t.guide.required
    : material.required === 'false' ? t.guide.optional : material.required;
  const parts = [required, material.form, material.copies, material.source].filter(Boolean);
  return parts.length ? html` <span class="muted">(${parts.join(t.list)})</span>` : nothing;
}

/** One 办事指南: way of handling, steps, materials, where and when; what was not found is said. */
export function guideCard(finder: Finder, page: PolicyPage, guide: Guide, index: number): TemplateResult {
  const { t } = finder;
  const names = new Map(page.clauses.flatMap((clause) => clause.benefits.map((b) => [b.id, b.name])));
  const rows: [string, unknown][] = [
    [t.guide.benefits, guide.benefits.map((id) => names.get(id) ?? names.get(`${page.id}#${id}`) ?? id).join(t.list)],
    [t.guide.deadline, guide.deadline],
    [t.guide.timeLimit, guide.time_limit],
    [t.guide.window, guide.window],
    [t.guide.place, guide.place],
    [t.guide.phone, guide.phone],
    [t.guide.url, web(finder, guide.url)],
    [t.guide.results, guide.results],
    [t.guide.note, guide.note],
    [t.guide.source, web(finder, guide.source)],
    [t.guide.notFound, guide.not_found.map((name) => t.fields[name] ?? name).join(t.list)],
  ];
  return html`<section class="guide" data-guide=${index} tabindex="-1">
    <h4>${guide.item} ${guide.channel ? badge(t.channel[guide.channel], 'level') : nothing}</h4>
    ${guide.process.length
      ? html`<h5>${t.guide.process}</h5>
          <ol class="process">${guide.process.map((step) => html`<li>${step}</li>`)}</ol>`
      : nothing}
    ${guide.materials.length
      ? html`<h5>${t.guide.materials}</h5>
          <ul class="materials">
            ${guide.materials.map((material) => html`<li>
              ${material.name}
              ${materialNote(material, t)}
            </li>`)}
          </ul>`
      : nothing}
    <dl>
      ${rows.filter(([, value]) => value).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
    </dl>
    <p class="muted">${clauseLink(finder, page.id, guide.clause, t.report.original)}</p>
  </section>`;
}
