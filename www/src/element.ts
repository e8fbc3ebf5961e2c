/** Defines `<policy-finder>`: importing this file is all a page does. */

import { PolicyFinder } from './policy-finder';

// Two copies on one page: the first one stays, as the platform knows no second.
if (!customElements.get('policy-finder')) customElements.define('policy-finder', PolicyFinder);

export { PolicyFinder };
