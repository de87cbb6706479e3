// All features, one line each. The server announces and answers what stands here.

import { callHierarchy } from './callHierarchy.js';
import { codeLens } from './codeLens.js';
import { definition } from './definition.js';
import { documentHighlight } from './documentHighlight.js';
import { documentSymbol } from './documentSymbol.js';
import type { Feature } from './feature.js';
import { hover } from './hover.js';
import { references } from './references.js';

export const features: readonly Feature[] = [
  callHierarchy,
  codeLens,
  definition,
  documentHighlight,
  documentSymbol,
  hover,
  references,
];
