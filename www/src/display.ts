/** How the visitor wants to see the page, kept on this device and nowhere else. */

export const SIZES = ['std', 'large', 'xlarge', 'elder'] as const;
/** 标准 16 px, 大字 20 px, 特大 30 px; 长辈版: 20 px, one column, targets of 60 px, a large pointer. */
export type Size = (typeof SIZES)[number];

export interface Display { size: Size; contrast: boolean }

const KEY = 'policy-finder.display';

/** Storage may be forbidden or full: then the choice lasts as long as the page. */
export function remembered(): Partial<Display> {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Display>;
    return { ...(SIZES.includes(kept.size as Size) && { size: kept.size }), ...(kept.contrast === true && { contrast: true }) };
  } catch {
    return {};
  }
}

/** Everything of ours on this device: display and subscriptions. */
export function forget(): void {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith('policy-finder.')) localStorage.removeItem(key);
  } catch {
    // Nothing could be kept either.
  }
}

export function remember(display: Display): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(display));
  } catch {
    // Nothing to do: the choice holds until the page is closed.
  }
}
