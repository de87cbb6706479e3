// All features, one line each. The server announces and answers what stands here.

import { callHierarchy } from './callHierarchy.js';
import { codeLens } from './codeLens.js';
import { definition } from './definition.js';
import { diagnostic } from './diagnostic.js';
import { documentHighlight } from './documentHighlight.js';
import { documentLink } from './documentLink.js';
import { documentSymbol } from './documentSymbol.js';
import type { Feature } from './feature.js';
import { foldingRange } from './foldingRange.js';
import { hover } from './hover.js';
import { inlayHint } from './inlayHint.js';
import { references } from './references.js';
import { selectionRange } from './selectionRange.js';
import { semanticTokens } from './semanticTokens.js';
import { workspaceSymbol } from './workspaceSymbol.js';

export const features: readonly Feature[] = [
  callHierarchy,
  codeLens,
  definition,
  diagnostic,
  documentHighlight,
  documentLink,
  documentSymbol,
  foldingRange,
  hover,
  inlayHint,
  references,
  selectionRange,
  semanticTokens,
  workspaceSymbol,
];
