import { html, nothing, type TemplateResult } from 'lit';
import type { Citation } from '../types';
import type { Finder } from '../views/view';
import { link } from './link';

/** The part of a clause anchor that stands in an address: `park-2021-120#2.3` to `2.3`. */
export function clausePart(anchor: string): string {
  return anchor.slice(anchor.indexOf('#') + 1);
}

/** A printed number with air: `第十条1` to `第十条 1`. */
export function clauseLabel(label: string): string {
  if (/^\d+$/.test(label)) return `第 ${label} 项`;
  return label.replace(/([章节条款\)])(\d)/g, '$1 $2');
}

/** The number as it stands in the text, without the numbers of the clauses around it: `二(三)` inside `二` is `(三)`. */
export function ownLabel(label: string, parent: string): string {
  const own = parent && label.startsWith(parent) ? label.slice(parent.length) : label;
  if (/^\d+$/.test(own)) return `${own}.`;
  return /^[〇零一二三四五六七八九十百]+$/.test(own) ? `${own}、` : own;
}

/** `《关于…的若干政策》长经开管发〔2023〕16号 第十条 1`, linked to the clause's text. */
export function citation(finder: Finder, cite: Citation): TemplateResult {
  const target = { view: 'policy', id: cite.policy, clause: clausePart(cite.clause) } as const;
  return html`<span class="citation">${link(finder, target, html`《${cite.title}》${
    cite.doc_number ? html`<span class="nowrap">${cite.doc_number}</span> ` : nothing
  }${clauseLabel(cite.label)}`)}</span>`;
}

/** The label of a clause of the same policy, linked: the source of one step or condition. */
export function clauseLink(finder: Finder, policy: string, anchor: string, text: unknown): TemplateResult {
  return link(finder, { view: 'policy', id: policy, clause: clausePart(anchor) }, text, 'cite');
}
