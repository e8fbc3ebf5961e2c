import { html, type TemplateResult } from 'lit';
import type { Strings } from '../i18n';
import { icon } from '../icons';
import type { Status, Verdict } from '../types';

export function badge(text: string, tone = ''): TemplateResult {
  return html`<span class="badge ${tone}" part="badge">${text}</span>`;
}

const tones: Record<Status, string> = {
  upcoming: 'unknown', in_force: 'met', lapsing: 'unknown', lapsed: 'unmet', repealed: 'unmet', undated: 'inactive',
};

export function statusBadge(status: Status, t: Strings): TemplateResult {
  return badge(t.status[status], tones[status]);
}

/** Mark and word: colour is never the only sign. */
export function verdictBadge(verdict: Verdict, t: Strings): TemplateResult {
  return html`<span class="badge verdict ${verdict}" part="badge">${icon(verdict)}${t.verdict[verdict]}</span>`;
}
