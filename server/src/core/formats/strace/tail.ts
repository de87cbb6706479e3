// How the line of a call ends: where its arguments do, what it returned, how long it took.

import { DETACHED, Shape } from './shapes.js';
import { argumentsEnd } from './text.js';

export class Tail {
  argsEnd = 0;
  resultStart = 0;
  resultEnd = 0;
  errorStart = 0;
  errorEnd = 0;
  seconds = 0;
  question = false;
  delayedMark = false;
  readonly #slowSeconds: number;

  /** `slowSeconds`: from when on a call's time matters. */
  constructor(slowSeconds: number) {
    this.#slowSeconds = slowSeconds;
  }

  /** The result as it is printed, and what follows it. */
  printed(text: string): string {
    return text.slice(this.resultStart, this.resultEnd + 60);
  }

  /** Whether a signal interrupted the call: EINTR, ERESTART… */
  interrupted(text: string): boolean {
    const at = this.errorStart;
    if (at === 0) return false;
    const c = text.charCodeAt(at + 1);
    return (c === 73 && text.startsWith('EINTR', at)) || (c === 82 && text.startsWith('ERESTART', at));
  }

  /**
   * How the line of a call ends, from its end backwards where that is sure. A complete line ends outside of strings; only a last
   * line without a line end may stop inside one.
   */
  read(text: string, args: number, end: number, last: boolean): number {
    this.errorStart = 0;
    this.seconds = -1;
    this.question = false;
    this.delayedMark = false;
    let e = end;
    let c = text.charCodeAt(e - 1) | 0;
    if (c === 62) {
      const d = text.charCodeAt(e - 2) | 0;
      if (d === 46) {
        if (
          (text.charCodeAt(e - 16) | 0) === 60 &&
          (text.charCodeAt(e - 15) | 0) === 117 &&
          (text.charCodeAt(e - 6) | 0) === 100 &&
          (text.charCodeAt(e - 10) | 0) === 105
        ) {
          this.argsEnd = (text.charCodeAt(e - 17) | 0) === 32 ? e - 17 : e - 16;
          // strace 4 lets Ctrl-C stand there.
          if ((text.charCodeAt(this.argsEnd - 1) | 0) === 67 && (text.charCodeAt(this.argsEnd - 2) | 0) === 94)
            this.argsEnd -= 2;
          return Shape.unfinished;
        }
        if (text.startsWith('<detached ...>', e - 14)) {
          this.argsEnd = (text.charCodeAt(e - 15) | 0) === 32 ? e - 15 : e - 14;
          return Shape.unfinished | DETACHED;
        }
      } else if (d >= 48 && d <= 57) {
        let k = e - 3;
        for (c = text.charCodeAt(k) | 0; (c >= 48 && c <= 57) || c === 46; c = text.charCodeAt(k) | 0) k--;
        if (c === 60 && (text.charCodeAt(k - 1) | 0) === 32 && k > args) {
          // Hardly a call lasts a second: where less is not slow, its fraction is never read.
          const none = this.#slowSeconds >= 1 && (text.charCodeAt(k + 1) | 0) === 48 && k < e - 3;
          this.seconds = none ? 0 : Number(text.slice(k + 1, e - 1));
          e = k - 1;
          while ((text.charCodeAt(e - 1) | 0) === 32) e--;
        }
      }
      c = text.charCodeAt(e - 1) | 0;
    }
    if (!last) {
      let k = e - 1;
      if (c === 41) {
        // -1 EAGAIN (Resource temporarily unavailable)
        const floor = Math.max(args, e - 80);
        while (k > floor && (text.charCodeAt(k) | 0) !== 40) k--;
        const after = --k;
        if ((text.charCodeAt(after) | 0) === 32) {
          k--;
          for (
            c = text.charCodeAt(k) | 0;
            (c >= 65 && c <= 90) || c === 95 || (c >= 48 && c <= 57);
            c = text.charCodeAt(k) | 0
          )
            k--;
          if (
            c === 32 &&
            k < after - 1 &&
            (text.charCodeAt(k - 2) | 0) === ((text.charCodeAt(k - 1) | 0) === 63 ? 32 : 45)
          ) {
            const question = (text.charCodeAt(k - 1) | 0) === 63;
            const result = question ? k - 1 : k - 2;
            if (
              (text.charCodeAt(result - 1) | 0) === 32 &&
              (text.charCodeAt(result - 2) | 0) === 61 &&
              this.#closes(text, result - 3, args)
            ) {
              this.resultStart = result;
              this.resultEnd = k;
              this.errorStart = k + 1;
              this.errorEnd = after;
              this.question = question;
              return Shape.call;
            }
          }
        }
      } else {
        if (c === 63) k--;
        else while ((c >= 48 && c <= 57) || (c >= 97 && c <= 102) || c === 120) c = text.charCodeAt(--k) | 0;
        if (k < e - 1) {
          if ((text.charCodeAt(k) | 0) === 45) k--;
          if (
            (text.charCodeAt(k) | 0) === 32 &&
            (text.charCodeAt(k - 1) | 0) === 61 &&
            this.#closes(text, k - 2, args)
          ) {
            this.resultStart = k + 1;
            this.resultEnd = e;
            this.question = (text.charCodeAt(k + 1) | 0) === 63;
            return Shape.call;
          }
        }
      }
    }
    return this.#exactTail(text, args, e);
  }

  /** Whether the arguments close before the equals sign: blanks, then the parenthesis. Notes its place. */
  #closes(text: string, at: number, args: number): boolean {
    let k = at;
    while ((text.charCodeAt(k) | 0) === 32) k--;
    if (k < args - 1 || (text.charCodeAt(k) | 0) !== 41) return false;
    this.argsEnd = k;
    return true;
  }

  /** The same by reading the arguments from their start. */
  #exactTail(text: string, args: number, end: number): number {
    const close = argumentsEnd(text, args, end);
    if (close < 0) {
      this.argsEnd = this.#noteWithin(text, args, end);
      return Shape.cut;
    }
    let k = close + 1;
    while ((text.charCodeAt(k) | 0) === 32) k++;
    if ((text.charCodeAt(k) | 0) !== 61 || (text.charCodeAt(k + 1) | 0) !== 32 || k + 2 >= end) {
      this.argsEnd = close;
      return Shape.cut;
    }
    this.argsEnd = close;
    k += 2;
    this.resultStart = k;
    while (k < end && (text.charCodeAt(k) | 0) !== 32) k++;
    this.resultEnd = k;
    this.question = (text.charCodeAt(this.resultStart) | 0) === 63;
    const rest = text.slice(k, Math.min(end, k + 400));
    const error = /^ (E[A-Z0-9_]+)\b/.exec(rest);
    if (error && (this.question || (text.charCodeAt(this.resultStart) | 0) === 45)) {
      this.errorStart = k + 1;
      this.errorEnd = k + error[0].length;
    }
    this.delayedMark = rest.includes('(DELAYED)');
    if (rest.startsWith(' <detached ...>')) return Shape.call;
    return Shape.call;
  }

  /** Where a broken line's own part ends: before a note of strace in it. */
  #noteWithin(text: string, args: number, end: number): number {
    const c = text.charCodeAt(end - 1);
    if (c !== 100 && c !== 115 && c !== 116) return end; // …attached, …detached, …threads, …interrupt to quit
    const from = Math.max(args, end - 120);
    const found = /(?:strace: )?Process \d{1,10} (?:attached|detached).*$/.exec(text.slice(from, end));
    return found ? from + found.index : end;
  }
}
