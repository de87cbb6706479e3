// Standard output, written whole, and quiet when its reader leaves.

/** Waits until standard output has taken it all: a pipe takes 64 KiB at a time. */
export const print = (text: string): Promise<void> =>
  new Promise((resolve) => {
    process.stdout.write(text, () => resolve());
  });

/** A reader that closes the pipe early (head, less) is no error, and nobody is left to be told of anything else. */
export function quietPipes(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 2));
}
