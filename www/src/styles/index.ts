import base from './base.css';
import frame from './frame.css';
import policy from './policy.css';
import print from './print.css';
import search from './search.css';
import tokens from './tokens.css';

/** What the first paint needs. */
const screen = [tokens, base, frame, search, policy].join('');

/** Places in the cascade for the style of parts that load later: a filled sheet applies to every element at once. */
const later = { views: new CSSStyleSheet(), kiosk: new CSSStyleSheet(), lineage: new CSSStyleSheet(), compare: new CSSStyleSheet() };

export { later, print, screen };
