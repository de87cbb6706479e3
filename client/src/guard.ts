// What happens when the server dies or hangs: it is started again, the file that it was reading is named once and set aside, and
// nothing goes round in circles. Knows no editor, so that it can be tried without one.

/** What the guard needs done. */
export interface Guarded {
  /** Says once what happened; true where the user wants the file read again. `hung`: it did not die but gave no answer. */
  tell(uri: string, hung: boolean): Promise<boolean>;
  /** Ends a server that hangs and starts another. */
  restart(): Promise<void>;
  /** Sends the document again, if it is open. */
  send(uri: string): void;
}

/** Milliseconds that reading one file may take: 50 MB, the most that an editor gives us, take seconds. */
export const LONGEST_READING = 120_000;
/** Without a file to blame the server is started again so often within so many milliseconds. */
const MOST_RESTARTS = 3;
const WITHIN = 180_000;

export class Guard {
  readonly #guarded: Guarded;
  readonly #aside = new Set<string>();
  #reading: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #deaths: number[] = [];

  constructor(guarded: Guarded) {
    this.#guarded = guarded;
  }

  /** The server begins to read a file; undefined: it has read it. */
  reading(uri: string | undefined): void {
    this.#reading = uri;
    clearTimeout(this.#timer);
    if (uri !== undefined) this.#timer = setTimeout(() => this.#hangs(uri), LONGEST_READING);
  }

  /** The server is gone. Returns whether to start another. */
  closed(now: number): boolean {
    const blamed = this.#reading;
    this.reading(undefined);
    if (blamed !== undefined) {
      this.#setAside(blamed, false);
      return true;
    }
    this.#deaths = [...this.#deaths.filter((at) => now - at < WITHIN), now];
    return this.#deaths.length <= MOST_RESTARTS;
  }

  /** Whether the server must not see the file. */
  isAside(uri: string): boolean {
    return this.#aside.has(uri);
  }

  /** The file is another now, or the user asks for it: it may be read again. Returns whether it was set aside. */
  release(uri: string): boolean {
    return this.#aside.delete(uri);
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }

  #hangs(uri: string): void {
    this.reading(undefined);
    this.#setAside(uri, true);
    void this.#guarded.restart().catch(() => {});
  }

  #setAside(uri: string, hung: boolean): void {
    if (this.#aside.has(uri)) return;
    this.#aside.add(uri);
    void this.#guarded.tell(uri, hung).then(
      (again) => {
        if (again && this.release(uri)) this.#guarded.send(uri);
      },
      () => {},
    );
  }
}
