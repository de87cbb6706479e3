// Locks whose holder nothing names, among others of their kind whose holders are named. A program that works on many objects alike has
// its holders in few stacks: who stands in one of these and is tied to none of the locks is a candidate for those that are left. Where
// goroutines and objects were made in turn, their numbers and addresses rise together, and what lies between is told by that too.

import type { Evidence } from '../../trace/trace.js';
import type { Dump } from './dump.js';
import type { Functions } from './functions.js';
import type { Suspect, Verdict } from './judge.js';
import type { Leaves } from './leaves.js';
import { modeOf } from './locks.js';
import type { SourceView } from './sourced.js';
import { canHold } from './suspects.js';
import { CLOSE } from './unheld.js';
import type { Context } from './weigh.js';

/** Goroutines in stacks of holders, for each lock that is left: with more of them, standing there tells too little. */
const FREE_FOR_EACH = 3;
/** With more locks left than so many of one kind nothing is told apart. */
const MOST_LEFT = 64;
/** Candidates that are put first. */
const MOST_FIRST = 3;
/** From these scores on a first suspect that is not named is not doubted either, also where several share its stack and object. */
const FIRM = 1.5;
const FIRM_ALL_THE_SAME = 3;
/** What such evidence weighs. */
const WEIGHT = 1;
/** So many pairs that rise together are no chance (1 in 24). */
const IN_TURN = 4;

/**
 * The verdicts, with such candidates first where nobody is named. A first candidate that is tied to this very lock gives way only where
 * there are no more of them than locks, or one alone fits in the order.
 *
 * @param kinds the kind of each lock, by number
 * @param fits says whether a goroutine in a row may hold a lock, by number: not what is seen to work on another object of the kind
 * @param source has read the code of the locks' waiters
 */
export function addSiblings(
  dump: Dump,
  { leaves, functions }: Pick<Context, 'leaves' | 'functions'>,
  verdicts: readonly Verdict[],
  kinds: readonly number[],
  fits: Fits,
  source?: SourceView,
): readonly Verdict[] {
  const families = new Map<string, number[]>();
  verdicts.forEach(({ lock }, at) => {
    const key = `${kinds[at]} ${lock.part} ${modeOf(lock)}`;
    const family = families.get(key);
    if (family) family.push(at);
    else families.set(key, [at]);
  });
  const all = [...verdicts];
  const code = new OwnCode(leaves, functions);
  for (const family of families.values()) if (family.length > 1) addWithin(dump, code, family, all, fits, source);
  return all;
}

type Fits = (lock: number, row: number) => boolean;

const isNamed = ({ confidence }: Suspect): boolean => confidence !== 'possible';

const isFirm = (first: Suspect): boolean =>
  isNamed(first) ||
  first.only === true ||
  first.score >= FIRM_ALL_THE_SAME ||
  (first.score >= FIRM && !first.evidence.some(({ rule }) => rule === 'shared-stack'));

function addWithin(
  dump: Dump,
  code: OwnCode,
  family: readonly number[],
  verdicts: Verdict[],
  fits: Fits,
  source: SourceView | undefined,
): void {
  const firsts = new Map<number, Suspect>();
  const waiting = new Set(family.flatMap((at) => verdicts[at]!.lock.waiters.map(({ row }) => row)));
  for (const at of family) {
    const first = verdicts[at]!.suspects[0];
    // A victim of such a lock holds another one in a deadlock only; that has been seen by now.
    if (first && (!waiting.has(first.row) || isNamed(first) || first.score >= FIRM_ALL_THE_SAME)) firsts.set(at, first);
  }
  const lead = (at: number): number => firsts.get(at)!.score - (verdicts[at]!.suspects[1]?.score ?? 0);
  // Source code says the same of all who stand on one line.
  const known = new Map(
    [...firsts].filter(([at, first]) => isFirm(first) && (!source || isNamed(first) || lead(at) >= CLOSE)),
  );
  const taken = new Set([...known.values()].map(({ row }) => row));
  const places = new Set([...known.values()].filter(isNamed).map(({ row }) => code.placeOf(row)));
  for (const place of repeated([...taken].map((row) => code.placeOf(row)))) places.add(place);
  // Who stands where those do is believed as well, for one lock, if nobody else is as likely.
  for (const [at, first] of firsts) {
    if (taken.has(first.row) || !places.has(code.placeOf(first.row))) continue;
    if (lead(at) < CLOSE) continue;
    taken.add(first.row);
    known.set(at, first);
  }
  const left = family.filter((at) => !known.has(at));
  if (known.size < 2 || left.length === 0 || left.length > MOST_LEFT) return;
  const { part } = verdicts[left[0]!]!.lock;
  const free: number[] = [];
  for (const place of places) {
    const rows = code.rowsAt(place).filter((row) => dump.part.at(row) === part);
    if (rows.length > known.size + left.length * FREE_FOR_EACH) return;
    for (const row of rows)
      if (!taken.has(row) && !waiting.has(row) && canHold(dump, row) && left.some((at) => fits(at, row)))
        free.push(row);
  }
  if (free.length === 0 || free.length > left.length * FREE_FOR_EACH) return;
  const addresses = left.map((at) => verdicts[at]!.lock.address);
  const order = new Order(dump, known, verdicts);
  for (const at of left) {
    const { lock, suspects } = verdicts[at]!;
    const [first] = suspects;
    const found = order.sorted(lock.address, free, addresses);
    // Where no more stand there than locks are left, each of them has one of these: that outweighs a word.
    if (free.length > left.length && !found.exact && first?.linked) continue;
    const base = first?.score ?? WEIGHT;
    const ahead = found.exact || free.length === 1 ? WEIGHT : 0;
    const possible = found.rows.filter((row) => fits(at, row) && (!source || source.weigh(lock, row).weight >= 0));
    const siblings = possible.slice(0, MOST_FIRST).map((row, rank): Suspect => {
      const more = suspects.find((one) => one.row === row)?.evidence ?? [];
      return {
        row,
        mode: modeOf(lock),
        confidence: 'possible',
        evidence: [...more, reason(found.fitting.has(row), known.size)],
        score: rank === 0 ? base + ahead : base,
      };
    });
    const rows = new Set(siblings.map(({ row }) => row));
    const others = suspects.filter(({ row }) => !rows.has(row));
    verdicts[at] = { lock, suspects: [...siblings, ...others].slice(0, Math.max(suspects.length, siblings.length)) };
  }
}

const reason = (fits: boolean, known: number): Evidence => ({
  rule: fits ? 'sibling-in-turn' : 'sibling',
  weight: WEIGHT,
  values: { count: String(known) },
});

/** Where goroutines stand in the program's own code: what they called in the standard library from there may differ. */
class OwnCode {
  readonly #leaves: Leaves;
  readonly #functions: Functions;
  readonly #places: string[] = [];
  #stacks: Map<string, number[]> | undefined;

  constructor(leaves: Leaves, functions: Functions) {
    this.#leaves = leaves;
    this.#functions = functions;
  }

  placeOf(row: number): string {
    return this.#placeOf(this.#leaves.of[row]!);
  }

  #placeOf(stack: number): string {
    let place = this.#places[stack];
    if (place === undefined) {
      const funcs = this.#functions.onStack(stack);
      const own = this.#leaves.frames(stack).filter((_, depth) => !this.#functions.all[funcs[depth]!]!.standard);
      place = own.length > 0 ? own.map(({ func, line }) => `${func}:${line}`).join('\n') : String(stack);
      this.#places[stack] = place;
    }
    return place;
  }

  /** The goroutines that stand there. */
  rowsAt(place: string): number[] {
    if (!this.#stacks) {
      this.#stacks = new Map();
      for (let stack = 0; stack < this.#leaves.length; stack++) {
        const there = this.#placeOf(stack);
        const stacks = this.#stacks.get(there);
        if (stacks) stacks.push(stack);
        else this.#stacks.set(there, [stack]);
      }
    }
    return (this.#stacks.get(place) ?? []).flatMap((stack) => [...this.#leaves.rows(stack)]);
  }
}

/** What stands in the list more than once. */
function repeated<T>(list: readonly T[]): Set<T> {
  const met = new Set<T>();
  return new Set(list.filter((one) => met.size === met.add(one).size));
}

interface Sorted {
  readonly rows: readonly number[];
  readonly fitting: ReadonlySet<number>;
  readonly exact: boolean;
}

/** Whether holders' numbers rise with the addresses of what they hold, and who fits between. */
class Order {
  readonly #rises: boolean;
  readonly #dump: Dump;
  readonly #pairs: { readonly address: number; readonly id: number }[];

  constructor(dump: Dump, known: ReadonlyMap<number, Suspect>, verdicts: readonly Verdict[]) {
    this.#dump = dump;
    this.#pairs = [...known]
      .map(([at, { row }]) => ({ address: verdicts[at]!.lock.address, id: dump.id.at(row) }))
      .filter(({ address, id }) => address >= 0 && id >= 0)
      .sort((a, b) => a.address - b.address);
    this.#rises =
      this.#pairs.length >= IN_TURN && this.#pairs.every(({ id }, i) => i === 0 || id > this.#pairs[i - 1]!.id);
  }

  /**
   * The candidates for the lock at an address, the likeliest first. `left`: the addresses of all locks that are left. `fitting`: those
   * that fit in between; `exact`: there are as many of them as locks, so it is the first one.
   */
  sorted(address: number, free: readonly number[], left: readonly number[]): Sorted {
    if (!this.#rises || address < 0) return { rows: free, fitting: new Set(), exact: false };
    const idOf = (row: number): number => this.#dump.id.at(row);
    const below = this.#pairs.findLast((pair) => pair.address < address) ?? LOWEST;
    const above = this.#pairs.find((pair) => pair.address > address) ?? HIGHEST;
    const inside = free.filter((row) => idOf(row) > below.id && idOf(row) < above.id).sort((a, b) => idOf(a) - idOf(b));
    const locks = left.filter((one) => one > below.address && one < above.address).sort((a, b) => a - b);
    const exact = locks.length === inside.length;
    const fitting = exact ? [inside[locks.indexOf(address)]!] : inside;
    return { rows: [...new Set([...fitting, ...inside, ...free])], fitting: new Set(fitting), exact };
  }
}

const LOWEST = { address: Number.NEGATIVE_INFINITY, id: Number.NEGATIVE_INFINITY };
const HIGHEST = { address: Number.POSITIVE_INFINITY, id: Number.POSITIVE_INFINITY };
