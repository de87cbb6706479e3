// Functions that a reader of a dump meets: what they do, what they wait for, and which locks they are known to take.
// A row is found by the end of the printed name; the longest end counts.

import { CLUSTER_FUNCTIONS } from './functions/cluster.js';
import { CONTAINERD_FUNCTIONS } from './functions/containerd.js';
import { DOCKERD_FUNCTIONS } from './functions/dockerd.js';
import { OUTSIDE_FUNCTIONS } from './functions/outside.js';
import type { FunctionRow } from './functions/row.js';
import { RUNTIME_FUNCTIONS } from './functions/runtime.js';

export const FUNCTIONS: readonly FunctionRow[] = [
  ...RUNTIME_FUNCTIONS,
  ...OUTSIDE_FUNCTIONS,
  ...DOCKERD_FUNCTIONS,
  ...CONTAINERD_FUNCTIONS,
  ...CLUSTER_FUNCTIONS,
];
