/** The engine on the main thread: for pages where no worker can start, and for programs that bring their own. */

export { check } from './golden';
export { describe, Host } from './host';
