/** The engine in a worker of its own: the page never waits, and the page's CSP does not forbid WebAssembly here. */

import { check } from './golden';
import { describe, Host } from './host';
import type { FromWorker, Source, ToWorker } from './protocol';
import type { PackInfo } from './types';

type Call = Extract<ToWorker, { id: number }>;

// The page's types are in force here; of the worker's own scope these two are used.
const scope = self as unknown as {
  postMessage(message: FromWorker): void;
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
};
const say = (message: FromWorker) => scope.postMessage(message);

let host: Host | undefined;
let bring!: (pack: Source['pack']) => void;
const follows = new Promise<Source['pack']>((resolve) => (bring = resolve));
const queue: Call[] = [];
// A call waits for one more turn of the event loop, so that a cancellation behind it in the line is seen first.
const turn = new MessageChannel();

turn.port1.onmessage = () => {
  const call = queue.shift();
  if (!call || !host) return;
  try {
    say({ id: call.id, value: host.call(call.method, call.args) });
  } catch (error) {
    say({ id: call.id, ...describe(error) });
  }
};

scope.onmessage = ({ data }) => {
  if ('open' in data) {
    const { wasm, pack } = data.open;
    Host.open({ wasm, pack: pack ?? follows }, (progress) => say({ progress })).then(
      (opened) => {
        host = opened;
        say({ ready: opened.call('info', []) as PackInfo });
      },
      (error: unknown) => say({ failed: describe(error).error }),
    );
  } else if ('pack' in data) {
    bring(data.pack);
  } else if ('check' in data) {
    const { golden, ...source } = data.check;
    check(source, golden).then(() => say({ checked: null }), (error: unknown) => say({ checked: describe(error).error.message }));
  } else if ('cancel' in data) {
    const at = queue.findIndex((call) => call.id === data.cancel);
    if (at >= 0) queue.splice(at, 1);
  } else {
    queue.push(data);
    turn.port2.postMessage(null);
  }
};

say({ hello: true });
