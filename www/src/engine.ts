/** The engine on the main thread: for pages where no worker can start, and for programs that bring their own. */

export { describe, Host } from './host';
