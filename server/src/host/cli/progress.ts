// One line on standard error that says which file is being read: in place, and only where a terminal shows it.

import { plainText } from '../../core/investigation/describe.js';
import type { Input } from './inputs.js';

/** Where the line goes; `columns` as a terminal tells them. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const CLEAR = '\r\u001b[K';

export class Progress {
  readonly #screen: Screen;
  readonly #total: number;
  #shown = false;

  constructor(total: number, screen: Screen) {
    this.#screen = screen;
    this.#total = total;
  }

  /** `reading 12 of 200: node-3/journal.log (34 MB)` */
  reading(index: number, { name, size }: Input): void {
    if (!this.#screen.isTTY) return;
    const megabytes = size === undefined ? '' : ` (${size < 1e6 ? '<1' : Math.round(size / 1e6)} MB)`;
    const lead = `reading ${index + 1} of ${this.#total}: `;
    const room = Math.max(10, (this.#screen.columns || 80) - 1 - lead.length - megabytes.length);
    const plain = plainText(name);
    const shown = plain.length > room ? `…${plain.slice(1 - room)}` : plain;
    this.#screen.write(`${CLEAR}${lead}${shown}${megabytes}`);
    this.#shown = true;
  }

  /** Takes the line away, before anything else is written. */
  clear(): void {
    if (this.#shown) this.#screen.write(CLEAR);
    this.#shown = false;
  }
}
