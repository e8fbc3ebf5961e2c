/**
 * Keeps the place of somebody who is typing an answer while the page around the form is drawn anew: a row may move to
 * another group, and its form with it.
 */
export class TypingFocus {
  private lost: { selector: string; index: number; selection: [number, number] | null } | null = null;

  /** Before the page is drawn. */
  mark(root: DocumentOrShadowRoot): void {
    const { activeElement } = root;
    // Between a form that has gone and its successor nothing has the focus.
    if (!activeElement) return;
    this.lost = null;
    const form = activeElement.closest<HTMLElement>('[data-place][data-question]');
    if (!form) return;
    const { place, question } = form.dataset;
    const input = activeElement instanceof HTMLInputElement && activeElement.type === 'text' ? activeElement : null;
    this.lost = {
      selector: `[data-place="${CSS.escape(place!)}"][data-question="${CSS.escape(question!)}"]`,
      index: controls(form).indexOf(activeElement),
      selection: input && [input.selectionStart ?? 0, input.selectionEnd ?? 0],
    };
  }

  /** After it is drawn: the same control of the same form has the focus again. */
  restore(root: DocumentOrShadowRoot & ParentNode): void {
    if (!this.lost || root.activeElement) return;
    const { selector, index, selection } = this.lost;
    const form = root.querySelector(selector);
    const control = form && controls(form)[index];
    if (!control) return;
    (control as HTMLElement).focus({ preventScroll: true });
    if (selection && control instanceof HTMLInputElement) control.setSelectionRange(...selection);
  }
}

function controls(form: Element): Element[] {
  return [...form.querySelectorAll('input, select, button')];
}
