/** Files on their way. */

declare global {
  /** What the loader has asked for before the element was there, by address. */
  var policyFinderEarly: Map<string, Promise<Response>> | undefined;
}

/** Asks for a file now; whoever needs it takes the answer. */
export function askEarly(url: string): void {
  const answer = fetch(url);
  // A failure is the taker's to see.
  answer.catch(() => {});
  (globalThis.policyFinderEarly ??= new Map()).set(url, answer);
}

/** The answer to an early request, once; null where there was none. */
export function takeEarly(url: string): Promise<Response> | null {
  const early = globalThis.policyFinderEarly;
  const answer = early?.get(url) ?? null;
  early?.delete(url);
  return answer;
}

/** The body, with word of how much has come; `total` is null where the server does not say it. What is not wanted any more stops. */
export async function bytesOf(
  response: Response, progress: (loaded: number, total: number | null) => void, wanted = () => true,
): Promise<Uint8Array<ArrayBuffer>> {
  // Of a compressed answer Content-Length counts the compressed bytes: no total is better than a wrong one.
  const total = response.headers.has('content-encoding') ? null : Number(response.headers.get('content-length')) || null;
  if (!response.body) return new Uint8Array(await response.arrayBuffer());
  const reader = response.body.getReader();
  const chunks: Uint8Array[] = [];
  let loaded = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (!wanted()) {
        await reader.cancel();
        throw new Error('nobody waits for it');
      }
      chunks.push(value);
      loaded += value.length;
      progress(loaded, total);
    }
  } catch (error) {
    throw new Error(`broke off after ${loaded} bytes: ${(error as Error).message}`);
  }
  const bytes = new Uint8Array(loaded);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
