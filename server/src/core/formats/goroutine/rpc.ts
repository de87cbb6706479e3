// Remote calls: which method a client's stack calls and which one a server's stack serves. Generated code names both.

import { readFunction } from './names.js';
import type { Dump } from './parse.js';
import type { StackNode } from './stacks.js';
import { framesOf } from './suspects.js';

/**
 * `Service/Method` of the call that a stack makes, from the generated client stub (protoc-gen-go-grpc, protoc-gen-go-ttrpc).
 *
 * Example input:  frame `github.com/containerd/containerd/api/services/tasks/v1.(*tasksClient).Start`
 * Example output: `Tasks/Start`
 */
export function rpcCalled(frames: readonly StackNode[]): string | undefined {
  for (const frame of frames) {
    const found = /\.\(\*(\w+?)(?:Service)?Client\)\.([A-Z]\w*)$/.exec(frame.func);
    if (!found || /^(?:Client|http|HTTP|pooled|rpc)$/i.test(found[1]!)) continue;
    const { pkg } = readFunction(frame.func);
    if (!/\/(?:services|api|v\d\w*|task|proto|pb)(?:\/|$)|pb$/.test(pkg)) continue;
    const service = found[1]!;
    return `${service.charAt(0).toUpperCase()}${service.slice(1)}/${found[2]}`;
  }
  return undefined;
}

/**
 * `Service/Method` that a goroutine serves, from the generated handler.
 *
 * Example input:  frame `github.com/containerd/containerd/api/services/tasks/v1._Tasks_Start_Handler`
 * Example output: `Tasks/Start`
 */
export function rpcServed(dump: Dump, row: number): { method: string; func: string } | undefined {
  const leaf = dump.leaf.at(row);
  let kept = served.get(dump);
  if (!kept) {
    kept = new Map();
    served.set(dump, kept);
  }
  if (kept.has(leaf)) return kept.get(leaf);
  let answer: { method: string; func: string } | undefined;
  for (const frame of framesOf(dump, row)) {
    const found = /\._([A-Z]\w*?)(?:Service)?_([A-Z]\w*)_Handler(?:\.func\d+)*$/.exec(frame.func);
    if (!found) continue;
    answer = { method: `${found[1]}/${found[2]}`, func: frame.func };
    break;
  }
  kept.set(leaf, answer);
  return answer;
}

const served = new WeakMap<Dump, Map<number, { method: string; func: string } | undefined>>();
