// Remote calls: which method a client's stack calls and which one a server's stack serves. Generated code names both.

import type { Dump } from './dump.js';
import { DOCKER_HANDLERS } from './knowledge/ends.js';
import { readFunction } from './names.js';
import type { StackNode } from './stacks.js';
import { plainName, SuffixTable } from './suffix.js';
import { framesOf } from './suspects.js';

/**
 * `Service/Method` of the call that a stack makes, from the generated client stub (protoc-gen-go-grpc, protoc-gen-go-ttrpc).
 *
 * Example input:  frame `github.com/containerd/containerd/api/services/tasks/v1.(*tasksClient).Start`
 * Example output: `Tasks/Start`
 */
export function rpcCalled(frames: readonly StackNode[]): string | undefined {
  for (const frame of frames) {
    const found = /\.\(\*(\w+?)Client\)\.([A-Z]\w*)$/.exec(frame.func);
    if (!found || /^(?:Client|http|HTTP|pooled|rpc)$/i.test(found[1]!)) continue;
    const { pkg } = readFunction(frame.func);
    if (!/\/(?:services|api|v\d\w*|task|proto|pb)(?:\/|$)|pb$/.test(pkg)) continue;
    return `${serviceName(found[1]!)}/${found[2]}`;
  }
  return undefined;
}

/** One name for a service, however the generators write it: `tasks`, `TaskService`, `ttrpctask`, `TTRPCTask`. */
function serviceName(printed: string): string {
  const name = printed.replace(/^ttrpc(?=.)/i, '').replace(/(?<=.)Service$/, '');
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** A call of another program that a goroutine serves, the function that tells so, and the evidence's article. */
interface Served {
  readonly method: string;
  readonly func: string;
  readonly rule: 'serves-rpc' | 'serves-request';
}

/**
 * `Service/Method` that a goroutine serves, from the generated handler: protoc-gen-go-grpc names both in one function,
 * protoc-gen-go-ttrpc has a closure of the registration that calls the method.
 *
 * Example input:  frame `github.com/containerd/containerd/api/services/tasks/v1._Tasks_Start_Handler`
 * Example output: `Tasks/Start`
 * Example input:  frames `…/task.(*service).Start`, below it `…/runtime/v2/task.RegisterTaskService.func3`
 * Example output: `Task/Start`
 */
export function rpcServed(dump: Dump, row: number): Served | undefined {
  const leaf = dump.leaf.at(row);
  let kept = served.get(dump);
  if (!kept) {
    kept = new Map();
    served.set(dump, kept);
  }
  if (kept.has(leaf)) return kept.get(leaf);
  let answer: Served | undefined;
  const frames = framesOf(dump, row);
  for (let depth = 0; depth < frames.length && !answer; depth++) {
    const { func } = frames[depth]!;
    const grpc = /\._([A-Z]\w*?)_([A-Z]\w*)_Handler(?:\.func\d+)*$/.exec(func);
    if (grpc) answer = { method: `${serviceName(grpc[1]!)}/${grpc[2]}`, func, rule: 'serves-rpc' };
    const ttrpc = /\.Register(\w+?)(?:Server)?\.func\d+$/.exec(func);
    const method = ttrpc && depth > 0 ? readFunction(frames[depth - 1]!.func).method : '';
    if (/^[A-Z]/.test(method)) answer = { method: `${serviceName(ttrpc![1]!)}/${method}`, func, rule: 'serves-rpc' };
    const handler = handlers.find(plainName(func));
    if (handler) answer = { method: handler.method, func, rule: 'serves-request' };
  }
  kept.set(leaf, answer);
  return answer;
}

const served = new WeakMap<Dump, Map<number, Served | undefined>>();
const handlers = new SuffixTable(DOCKER_HANDLERS);
