// A row of the tables of known functions.

import type { Article } from '../../../format.js';

export interface FunctionRow extends Article {
  /** End of the function's name, from the start of a path element or a name on; `.func` stands for any closure in it. */
  readonly ends: string;
}
