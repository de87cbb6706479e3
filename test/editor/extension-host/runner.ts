// A test runner small enough for both extension hosts (the web worker has no process and no window), and its assertions.
// It reports through the console, where the page that runs the suite reads it.

type Test = { readonly name: string; readonly body: () => Promise<void> };
const tests: Test[] = [];
const TIME_LIMIT = 30_000; // ms, for one test

/** Adds a test. */
export function test(name: string, body: () => Promise<void>): void {
  tests.push({ name, body });
}

/** Runs all tests in order. Throws when one failed, so that VS Code's exit code says so too. */
export async function runTests(): Promise<void> {
  let failed = 0;
  for (const { name, body } of tests) {
    try {
      await Promise.race([body(), expire()]);
      console.log(`ok ${name}`);
    } catch (error) {
      failed++;
      console.log(`not ok ${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (failed > 0) throw new Error(`${failed} tests failed`);
}

const expire = (): Promise<never> =>
  new Promise((_, reject) => setTimeout(() => reject(new Error(`not ended after ${TIME_LIMIT / 1000} s`)), TIME_LIMIT));

/** Calls `read` until its value is accepted. For what VS Code or the server does in its own time. */
export async function until<T>(
  what: string,
  read: () => T | PromiseLike<T>,
  accept: (value: T) => boolean,
): Promise<T> {
  for (const end = Date.now() + TIME_LIMIT - 5_000; ; ) {
    const value = await read();
    if (accept(value)) return value;
    if (Date.now() > end) throw new Error(`${what}: last seen ${show(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const show = (value: unknown): string => (JSON.stringify(value) ?? String(value)).slice(0, 1_000);

export function ok(value: unknown, what: string): asserts value {
  if (!value) throw new Error(what);
}

export function equal(found: unknown, wanted: unknown, what = 'value'): void {
  if (JSON.stringify(found) !== JSON.stringify(wanted)) {
    throw new Error(`${what}: ${show(found)} instead of ${show(wanted)}`);
  }
}

export function match(found: string, wanted: RegExp, what = 'text'): void {
  if (!wanted.test(found)) throw new Error(`${what}: ${show(found)} does not match ${wanted}`);
}
