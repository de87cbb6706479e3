// A row of the tables of waits at rest.

export interface IdleCall {
  /** End of the function's name, from the start of a path element on; `.func` stands for any closure in it. */
  readonly ends: string;
  /** `top` (default): it is the waiting function, apart from plumbing. `any`: anywhere on the stack. */
  readonly at?: 'top' | 'any';
  /** It matches if it calls this function directly. */
  readonly calling?: string;
  /** It matches if this function is anywhere nearer the top, or if it waits itself. */
  readonly within?: string;
  /** Only in these states; a lost state matches too. */
  readonly states?: readonly string[];
  /** Name of an article in IDLE. */
  readonly why: string;
  readonly source: string;
}

/** States of a goroutine that reads and has nothing to read. */
export const READS = ['IO wait', 'syscall', 'select', 'sync.Cond.Wait', 'semacquire'] as const;
