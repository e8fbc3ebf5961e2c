/** Where a policy stands among others: what it rests on and replaced to the left, what replaced and cites it to the right. */

import { html, nothing, svg, type TemplateResult } from 'lit';
import type { PolicyPage, Relative } from '../types';
import type { Finder } from '../views/view';
import { badge, statusBadge } from './badge';
import { link } from './link';

export { default as css } from '../styles/lineage.css';

/** Two lists of documents around this one; between them, for the eye, the lines that tie them. */
export function lineage(finder: Finder, page: PolicyPage, relatives: readonly Relative[]): TemplateResult {
  const { t, width } = finder;
  const of = (...relations: Relative['relation'][]) => relatives.filter(({ relation }) => relations.includes(relation));
  const [before, after] = [of('basis', 'supersedes'), of('superseded_by', 'cited_by')];
  const list = (side: Relative[], label: string) => html`<ul role="list" aria-label=${label}>${side.map(({ relation, title, policy, doc_number, status }) => html`<li>
    <p class="facts">${badge(t.lineage[relation], relation === 'basis' || relation === 'cited_by' ? 'level' : 'manual')}${
      status ? statusBadge(status, t) : nothing}</p>
    ${policy ? link(finder, { view: 'policy', id: policy, clause: null }, title) : html`<span>${title}</span>`}
    ${doc_number ? html`<span class="muted">${doc_number}</span>` : nothing}
  </li>`)}</ul>`;
  return html`<section class="lineage ${width === 'narrow' ? 'stacked' : ''}">
    <h3>${t.lineage.title}</h3>
    <div class=${before.length && after.length ? 'both' : before.length ? 'left' : 'right'}>
      ${before.length ? html`${list(before, t.lineage.before)}${lines(before, false)}` : nothing}
      <p class="self"><strong>${t.lineage.self}</strong><span class="muted">${page.doc_number ?? page.title}</span></p>
      ${after.length ? html`${lines(after, true)}${list(after, t.lineage.after)}` : nothing}
    </div>
  </section>`;
}

/** From each document's middle to the middle of this one. What replaces is drawn broken. */
function lines(side: readonly Relative[], leaving: boolean): TemplateResult {
  return html`<svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
    ${side.map(({ relation }, index) => {
      const y = ((index + 0.5) / side.length) * 100;
      const [from, to] = leaving ? [50, y] : [y, 50];
      return svg`<path class=${/super/.test(relation) ? 'broken' : ''} d="M0 ${from}C50 ${from} 50 ${to} 100 ${to}" />`;
    })}
  </svg>`;
}
