import { html, nothing, type TemplateResult } from 'lit';
import { fen, money, moneyRange } from '../amounts';
import type { Strings } from '../i18n';
import type { Amount, ClauseResult } from '../types';

/** `20万元`, `0–50万元`, `至少 20万元`: an open amount never looks like a settled one or like nothing. */
export function amountText({ low, high }: { low: string; high: string | null }, t: Strings): string {
  if (high !== null) return moneyRange(fen(low), fen(high), t.money);
  return fen(low) > 0n ? t.report.atLeast(money(fen(low), t.money)) : t.report.noCap;
}

/** The amount of a clause in a list of results. */
export function clauseAmount(result: ClauseResult, counted: Amount | undefined, t: Strings): TemplateResult {
  const { amount, verdict } = result;
  if (verdict === 'unmet' || verdict === 'inactive') return html`<span class="amount none">—</span>`;
  if (!amount) {
    return html`<span class="amount none">${verdict === 'manual' ? t.report.toBeDecided : t.report.noAmount}</span>`;
  }
  const kind = amount.kind === 'cash' ? nothing : html`<small>${t.kind[amount.kind]}</small>`;
  const open = amount.low !== amount.high;
  return html`<span class="amount ${open ? 'open' : ''}" part="amount">${kind}${amountText(amount, t)}${
    counted ? html`<small>${t.report.counted} ${amountText(counted, t)}</small>` : nothing
  }</span>`;
}
