// npm test [-- --only unit|editor]: every check of the project, from a fresh clone on. Runs everything even when a step
// fails, and ends with what failed and the line "N passed, N failed": a type check, the lint and each single test count as
// one. A step returns {passed, failed, failures}; failures are one line each: name and first line of the error.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs, stripVTControlCharacters } from 'node:util';
import { ensureBuilt, ensureInstalled, root, runMain, UserError } from './ensure.mjs';

const bin = (name) => join(root, 'node_modules/.bin', name);

/** Runs a program with its output shown. Returns whether it succeeded. */
function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (error) console.log(error.message);
  return status === 0;
}

/** A step that is one check: its program must succeed. */
const check = (command, args) => () =>
  run(command, args)
    ? { passed: 1, failed: 0 }
    : { passed: 0, failed: 1, failures: [[command.split(/[\\/]/).at(-1), ...args].join(' ')] };

/** A step of this process: it counts when it does not throw. */
const done = (action) => () => {
  action();
  return { passed: 1, failed: 0 };
};

/** Runs vitest and counts its tests. A test file that does not even load counts as one failed test. */
function vitest() {
  const report = join(root, '.cache/vitest.json');
  mkdirSync(join(root, '.cache'), { recursive: true });
  rmSync(report, { force: true });
  const succeeded = run(bin('vitest'), ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]);
  const { numPassedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const failures = testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(root, name);
    const failed = assertionResults.filter((test) => test.status === 'failed');
    // Of a file that does not load, or whose preparation fails, no test has failed.
    return status === 'failed' && failed.length === 0
      ? [`${file}: ${firstLine(message)}`]
      : failed.map((test) => `${file} > ${test.fullName}: ${firstLine(test.failureMessages[0])}`);
  });
  if (!succeeded && failures.length === 0) failures.push('vitest: ended with an error outside of any test');
  return { passed: numPassedTests, failed: failures.length, failures };
}

/** The first line that says something, without colours. */
const firstLine = (text) =>
  stripVTControlCharacters(text ?? '')
    .split('\n')
    .find((line) => line.trim() !== '') ?? 'no message';

/** Runs one part of the editor tests. Imported late: it needs the dependencies. */
const editor = (part) => async () => (await import('../test/editor/run.mjs'))[part]();

const STEPS = [
  { name: 'dependencies', run: done(ensureInstalled) },
  { name: 'build', run: done(ensureBuilt) },
  { name: 'types of the core', group: 'unit', run: check(bin('tsc'), ['--noEmit', '-p', 'server/src/core']) },
  { name: 'types', group: 'unit', run: check(bin('tsc'), ['--noEmit']) },
  { name: 'lint', group: 'unit', run: check(bin('biome'), ['check', '.']) },
  { name: 'unit, protocol and architecture tests', group: 'unit', run: vitest },
  { name: 'VS Code: what the user sees', group: 'editor', run: editor('desktop') },
  { name: 'VS Code: a file above 50 MiB', group: 'editor', run: editor('huge') },
  { name: 'VS Code: a whole incident', group: 'editor', run: editor('incident') },
  { name: 'VS Code: in another language', group: 'editor', run: editor('translated') },
  { name: 'VS Code: the installed package', group: 'editor', run: editor('installed') },
  { name: 'VS Code: high contrast', group: 'editor', run: editor('contrast') },
  { name: 'VS Code: the pictures of the README', group: 'editor', run: editor('pictures') },
  { name: 'VS Code: Node extension host', group: 'editor', run: editor('nodeHost') },
  { name: 'VS Code for the Web: web worker extension host', group: 'editor', run: editor('webHost') },
  { name: 'Neovim: the language server in another editor', group: 'editor', run: editor('neovim') },
  { name: 'npm start and npm run investigate', group: 'editor', run: editor('start') },
];

/** The chosen steps, by the command line. */
function chosenSteps() {
  try {
    const { only } = parseArgs({ options: { only: { type: 'string' } } }).values;
    if (only === undefined || only === 'unit' || only === 'editor') {
      return STEPS.filter(({ group }) => !group || !only || group === only);
    }
  } catch {} // not an option of ours
  throw Object.assign(new UserError('Usage: npm test [-- --only unit|editor]'), { exitCode: 2 });
}

await runMain(async () => {
  const steps = chosenSteps();
  const total = { passed: 0, failed: 0 };
  const summary = [];
  const failures = [];
  for (const { name, run } of steps) {
    console.log(`\n=== ${name}`);
    const started = Date.now();
    let counts;
    try {
      counts = await run();
    } catch (error) {
      console.log(error instanceof UserError ? error.message : error);
      counts = { passed: 0, failed: 1, failures: [firstLine(String(error?.message ?? error))] };
    }
    failures.push(...(counts.failures ?? []).map((failure) => `not ok ${name}: ${failure}`));
    total.passed += counts.passed;
    total.failed += counts.failed;
    const seconds = ((Date.now() - started) / 1000).toFixed(0);
    summary.push(
      `${counts.failed === 0 ? 'ok    ' : 'FAILED'} ${name}: ${counts.passed} of ${counts.passed + counts.failed} (${seconds} s)`,
    );
  }
  console.log(`\n${[...summary, ...(failures.length > 0 ? ['', ...failures] : [])].join('\n')}`);
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
});
