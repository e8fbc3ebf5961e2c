/** What a portal names: finds the element beside itself, in the version it was built with. */

declare const __ELEMENT__: string;

import(new URL(__ELEMENT__, import.meta.url).href);
