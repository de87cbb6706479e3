// Long work in pieces: a generator yields between them, so that whoever runs it can give others their turn (an editor's server), or
// run through (the command line).

export type Steps<T> = Generator<undefined, T>;

/** Runs to the end. */
export function finish<T>(steps: Steps<T>): T {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}
