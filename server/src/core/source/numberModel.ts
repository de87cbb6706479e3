// What makes lock maps small: numbers told bit by bit, each bit with the probability that it has after what was told before. Several
// contexts (the last numbers; what came where the same was told before) each remember what followed them, and a mixture that learns
// which of them to trust makes one probability of theirs. Reading and writing run through the same code, so they agree.

import { mix, type Stream } from './numberStream.js';

/** Numbers of one meaning. */
export interface Kind {
  readonly id: number;
  /** Those that are told in turn with it. */
  readonly stream: Stream;
  /** For numbers of up to 15 bits most of which are not small: letters, words. */
  readonly wide: boolean;
}

/** Slots of each context's table: so many that few contexts share one. */
const SLOTS = 1 << 18;
/** The last 0, 1 and 2 numbers are contexts; then three with what is expected. */
const ORDERS = 3;
const CONTEXTS = ORDERS + 3;
/** How far a weight follows an error, and the least share of an error by which a chance follows it. Both tried out. */
const RATE = 0.022;
const SLOWEST = 1 / 40;
/** Nothing is told with more certainty than this, of 65536: being wrong then costs 12 bits. */
const SURE = 16;

/** Sets of weights of a kind: one for each place within a number, from EXPECTED on for whether it is what is expected. */
const STAGES = 64;
const EXPECTED = 32;
const REST = 48;

/** Between chances and what the mixture adds up, in steps of 1/170. Rounded, so that engines with other logarithms agree. */
const STEPS = 170;
const STRETCH = Float64Array.from(
  { length: 4096 },
  (_, p) => Math.round(Math.log((p + 0.5) / (4095.5 - p)) * 256) / 256,
);
const SQUASH = Float64Array.from({ length: 4096 }, (_, x) => {
  const chance = Math.round(65536 / (1 + Math.exp((2048 - x) / STEPS)));
  return Math.min(Math.max(chance, SURE), 65536 - SURE);
});
/** How far a chance goes towards what was seen, by how often it was asked. */
const FOLLOW = Float64Array.from({ length: 256 }, (_, times) => Math.max(1 / (times + 1.5), SLOWEST));
/** Chances in the tables have 22 bits, and stay away from what they could not come back from. */
const ONE = (1 << 22) - 1;
const LEAST = 1536;

export abstract class NumberModel {
  /** Of each context, by its hash: a chance, and in the lowest 8 bits how often it was asked. */
  readonly #tables = Array.from({ length: CONTEXTS }, () => new Uint32Array(SLOTS).fill(0x80000000));
  readonly #weights: Float64Array[] = [];
  readonly #last: number[] = [];
  readonly #contexts = new Int32Array(CONTEXTS);
  readonly #slots = new Int32Array(CONTEXTS);
  readonly #inputs = new Float64Array(CONTEXTS);

  /** Reads or writes one bit, which is 1 with a probability of `chance` / 65536. Returns it; who reads looks at no `bit`. */
  protected abstract bit(chance: number, bit: number): number;

  /** Reads or writes a number from 0 to 2^31 - 1. Returns it; who reads gives any. */
  number(kind: Kind, number = 0): number {
    const { id, stream } = kind;
    this.#look(kind);
    const { expected } = stream;
    const stage = EXPECTED + Math.min(stream.trust, 15);
    const same = expected >= 0 && this.#decide(kind, 1, stage, number === expected ? 1 : 0) === 1;
    const told = same ? expected : this.#digits(kind, number);
    stream.push(told);
    this.#last[id] = told;
    return told;
  }

  /** The same for a number that may be negative. */
  signed(kind: Kind, number = 0): number {
    const told = this.number(kind, number < 0 ? -2 * number - 1 : 2 * number);
    return told % 2 === 0 ? told / 2 : -(told + 1) / 2;
  }

  /** How many binary digits a number has, then those behind the first. */
  #digits(kind: Kind, number: number): number {
    const wanted = 32 - Math.clz32(number);
    let digits = 0;
    if (kind.wide)
      for (let place = 3, node = 1; place >= 0; place--) {
        const digit = this.#decide(kind, 40 + node, node, (wanted >> place) & 1);
        node = 2 * node + digit;
        digits = 2 * digits + digit;
      }
    else while (digits < 31 && this.#decide(kind, 2 + digits, digits, digits === wanted ? 1 : 0) === 0) digits++;
    let told = digits === 0 ? 0 : 1;
    for (let place = digits - 2; place >= 0; place--) {
      const stage = REST + Math.min(place, 15);
      told = 2 * told + this.#decide(kind, 64 + digits * 65536 + told, stage, (number >> place) & 1);
    }
    return told;
  }

  #look({ id, stream }: Kind): void {
    const contexts = this.#contexts;
    let hash = mix(1, id);
    contexts[0] = hash;
    for (let order = 1; order < ORDERS; order++) {
      hash = mix(hash, stream.back(order));
      contexts[order] = hash;
    }
    const expected = mix(mix(2, id), stream.expected);
    contexts[ORDERS] = mix(mix(expected, 3), Math.min(stream.trust, 20));
    contexts[ORDERS + 1] = mix(mix(expected, 4), stream.back(1));
    contexts[ORDERS + 2] = mix(mix(expected, 5), this.#last[id] ?? -1);
    for (let i = 0; i < CONTEXTS; i++) {
      const mixed = Math.imul(contexts[i]!, 0xc2b2ae35);
      contexts[i] = mixed ^ (mixed >>> 14);
    }
  }

  /** One bit of a number: `node` says what is known of the number, `stage` which weights count. */
  #decide({ id }: Kind, node: number, stage: number, wanted: number): number {
    this.#weights[id * STAGES + stage] ??= new Float64Array(CONTEXTS).fill(0.2);
    const weights = this.#weights[id * STAGES + stage]!;
    const tables = this.#tables;
    const slots = this.#slots;
    const inputs = this.#inputs;
    let sum = 0;
    const contexts = this.#contexts;
    let turn = Math.imul(node, 0x85ebca6b);
    turn ^= turn >>> 13;
    for (let i = 0; i < CONTEXTS; i++) {
      const slot = (contexts[i]! ^ turn) & (SLOTS - 1);
      const input = STRETCH[tables[i]![slot]! >>> 20]!;
      slots[i] = slot;
      inputs[i] = input;
      sum += weights[i]! * input;
    }
    const chance = SQUASH[Math.min(Math.max(Math.round(sum * STEPS) + 2048, 0), 4095)]!;
    const bit = this.bit(chance, wanted);
    const error = (bit - chance / 65536) * RATE;
    for (let i = 0; i < CONTEXTS; i++) {
      weights[i]! += error * inputs[i]!;
      const table = tables[i]!;
      const state = table[slots[i]!]!;
      const times = state & 255;
      const before = state >>> 10;
      const after = Math.floor(before + ((bit === 1 ? ONE : 0) - before) * FOLLOW[times]!);
      table[slots[i]!] = Math.min(Math.max(after, LEAST), ONE - LEAST) * 1024 + Math.min(times + 1, 255);
    }
    return bit;
  }
}
