// The words for the user, in one place: everything that a feature shows about waits and holds comes from here.

export { escapeText, fillMarkdown, fillPlain, inlineCode, plainText, visible } from './escape.js';
export { hoverMention, hoverSection } from './hover.js';
export { type Lens, lensOfSection, sectionsWithLens } from './lens.js';
export * from './phrases.js';
export { type SourceExcerpt, sourceExcerpt } from './sourceLines.js';
export { counted, duration, lasted } from './words.js';
