import { html, type TemplateResult } from 'lit';
import type { Mark } from '../types';

/** Text with marks, as text: nothing in a corpus becomes HTML. */
export function marked(text: string, marks: readonly Mark[]): TemplateResult {
  const parts: (string | TemplateResult)[] = [];
  let at = 0;
  for (const [start, end] of marks) {
    if (start < at) continue;
    parts.push(text.slice(at, start), html`<mark>${text.slice(start, end)}</mark>`);
    at = end;
  }
  parts.push(text.slice(at));
  return html`${parts}`;
}
