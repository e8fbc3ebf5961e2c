/** Questions with known answers: files that answer them wrongly are not used, whatever the reason. */

import { Host } from './host';
import type { Method, Source } from './protocol';

/** `expected` holds what must be so; what it does not name may be anything. */
export interface Golden { name: string; method: Method; args: unknown[]; expected: unknown }

/** Starts an engine from these files and asks; rejects with the first answer that is another than expected. */
export async function check(source: Source, golden: readonly Golden[]): Promise<void> {
  const host = await Host.open(source, () => {});
  for (const { name, method, args, expected } of golden) {
    const fault = difference(expected, host.call(method, args), method);
    if (fault) throw new Error(`${name}: ${fault}`);
  }
}

/** Where an answer differs from what must be so: `search.hits[0].policy is "a", not "b"`. */
function difference(expected: unknown, found: unknown, path: string): string | null {
  if (typeof expected !== 'object' || expected === null) {
    return Object.is(expected, found) ? null : `${path} is ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`;
  }
  if (typeof found !== 'object' || found === null) return `${path} is ${JSON.stringify(found)}`;
  for (const [key, value] of Object.entries(expected)) {
    const fault = difference(value, (found as Record<string, unknown>)[key], Array.isArray(expected) ? `${path}[${key}]` : `${path}.${key}`);
    if (fault) return fault;
  }
  return null;
}
