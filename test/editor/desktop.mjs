// What a person sees and does in VS Code with the extension, on the sample incident: opened, read and followed with keys and
// mouse alone. What is true of the sample stands in samples/README.md.
import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/ensure.mjs';
import { startChecks } from './checks.mjs';
import { until, Workbench } from './driver.mjs';
import { withVSCode } from './vscode.mjs';
import { DUMP, LARGE, LARGE_STRACE, writeLargeDump, writeLargeIncident } from './workspace.mjs';

/** Finds lines of a file of the folder. */
function linesOf(folder, name) {
  const lines = readFileSync(join(folder, name), 'utf8').split('\n');
  /** The 1-based number of the first line that holds the text, and the 1-based column where the text begins. */
  const find = (text) => {
    const index = lines.findIndex((line) => line.includes(text));
    assert.notEqual(index, -1, `${name} holds no ${text}`);
    return { line: index + 1, column: lines[index].indexOf(text) + 1 };
  };
  return { find, goroutine: (id) => find(`goroutine ${id} [`).line };
}

/** Runs all checks in one window. Returns `{passed, failed}`. */
export function testDesktop({ folder, extension = root }) {
  // The source code of the programs that printed the real dumps, outside of the folder that is opened.
  const settings = { 'traceInvestigator.sourceRoots': [join(root, 'test/fixtures/goroutine/source')] };
  return withVSCode({ extension, settings }, async (server) => {
    const path = join(folder, 'docker-exec-hang', DUMP);
    const vs = await Workbench.open(server.address({ folder, file: path }));
    try {
      const { check, counts } = startChecks(vs);
      await readDump(vs, check, linesOf(folder, `docker-exec-hang/${DUMP}`));
      await useCommands(vs, check, linesOf(folder, `docker-exec-hang/${DUMP}`));
      await useViews(vs, check, linesOf(folder, `docker-exec-hang/${DUMP}`));
      await usePicture(vs, check, folder, linesOf(folder, `docker-exec-hang/${DUMP}`));
      await openOthers(vs, check, linesOf(folder, 'cycle2.txt'));
      await openLarge(vs, check, folder, linesOf(folder, `docker-exec-hang/${DUMP}`));
      await writeOn(vs, check, folder);
      await killServer(vs, check, extension, linesOf(folder, `docker-exec-hang/${DUMP}`));
      await check('the window has no uncaught error', () => assert.deepEqual(vs.errors, []));
      return counts;
    } finally {
      await vs.close();
    }
  });
}

/** A file of which extensions see nothing, in a window of its own: what else is open would be investigated too. */
export function testHuge({ folder, extension = root }) {
  return withVSCode({ extension, settings: {} }, async (server) => {
    const added = writeLargeIncident(join(folder, 'large-node'), 51 * 2 ** 20);
    const place = join(folder, 'large-node');
    writeFileSync(join(place, 'notes.txt'), 'Nothing here is a trace.\n');
    const vs = await Workbench.open(server.address({ folder: place, file: join(place, 'notes.txt') }));
    try {
      const { check, counts } = startChecks(vs);
      await startLazily(vs, check, extension);
      await openHuge(vs, check, folder, added);
      await check('the window has no uncaught error', () => assert.deepEqual(vs.errors, []));
      return counts;
    } finally {
      await vs.close();
    }
  });
}

/** Lenses, F12, hover and colours in the open dump. */
async function readDump(vs, check, { find, goroutine }) {
  await check('a dump opens as a goroutine dump', async () => {
    await vs.showsFile(DUMP);
    await until('the language', () => vs.language(), { accept: (name) => name === 'Goroutine Dump' });
  });
  await check('a lens above the first line sums it up', () => vs.lens(/156 goroutines/));
  await check('a lens on a waiter names the holder', async () => {
    await vs.goTo(goroutine(62));
    await vs.lens(/waits about 7 min .*held by goroutine 219/);
  });
  await check('headers are coloured', async () => {
    await until('colours', () => vs.colours('goroutine 62 ['), { accept: (colours) => colours.length > 1 });
  });
  await check('a click on that lens goes to the holder', async () => {
    const atHolder = async () => (await vs.position()).line === goroutine(219);
    await vs.clickLens(/held by goroutine 219/, 'the holder', atHolder);
  });
  await check('a lens on the holder counts who waits', () => vs.lens(/holds .*36 wait/));
  await check('F12 on a waiter lands on the header of the holder', async () => {
    await vs.goTo(goroutine(62), 3);
    assert.equal((await vs.goToDefinition()).line, goroutine(219));
  });
  await check('F12 on the holder goes on to whom it waits for', async () => {
    await vs.goTo(goroutine(219), 3);
    assert.equal((await vs.goToDefinition()).line, goroutine(211));
  });
  await check('F12 on a lock’s address lands on its holder', async () => {
    const { line, column } = find('0xc000bc6e00');
    await vs.goTo(line, column + 4);
    assert.equal((await vs.goToDefinition()).line, goroutine(219));
  });
  await check('hover on a header says for whom it waits', async () => {
    await vs.goTo(goroutine(62), 3);
    await vs.hoverThat('who is waited for', (text) => /goroutine 219/.test(text));
  });
  await check('hover with the mouse works too', async () => {
    assert.match(await vs.hoverMouse(vs.line('goroutine 62 [').locator('span span').first()), /goroutine 219/);
  });
  await check('hover on a lock’s address names holder and waiters', async () => {
    const { line, column } = find('0xc000bc6e00');
    await vs.goTo(line, column + 4);
    await vs.hoverThat('holder and waiters', (text) => /219/.test(text) && /36/.test(text));
  });
}

/** The palette's commands. */
async function useCommands(vs, check, { find, goroutine }) {
  await check('Find Lock Holder jumps from a waiter to the holder', async () => {
    await vs.goTo(goroutine(62), 3);
    await vs.runCommand('Trace: Find Lock Holder');
    await until('the holder', () => vs.position(), { accept: (at) => at.line === goroutine(219) });
  });
  await check('Find Lock Holder elsewhere offers the locks, most waiters first', async () => {
    await vs.goTo(find('goroutine 1 [').line, 1);
    await vs.runCommand('Trace: Find Lock Holder');
    const rows = await vs.quickPick();
    const waiters = rows.map((row) => Number(/ (\d+) (?:waiters?|·)/.exec(row)?.[1]));
    assert.equal(waiters[0], 36, rows.join(' | '));
    assert.deepEqual(
      waiters,
      waiters.toSorted((a, b) => b - a),
      rows.join(' | '),
    );
    await vs.pick('36');
    await until('the holder', () => vs.position(), { accept: (at) => at.line === goroutine(219) });
  });
  await check('Show Wait Chain shows the way to the root', async () => {
    await vs.goTo(goroutine(62), 3);
    await vs.runCommand('Trace: Show Wait Chain');
    const rows = (await vs.quickPick()).join('\n');
    for (const id of [62, 219, 211]) assert.match(rows, new RegExp(`goroutine ${id}\\b`));
    await vs.press('Escape');
  });
  await check('Group Identical Stacks opens them in a document', async () => {
    await vs.runCommand('Trace: Group Identical Stacks');
    await until('another tab', () => vs.tab(), { accept: (name) => name !== DUMP });
    await until('33 of one stack', () => vs.lines(), { accept: (lines) => /33/.test(lines.join('\n')) });
    await vs.openFile(DUMP);
  });
  await check('Investigate opens the report', async () => {
    await vs.runCommand('Trace: Investigate');
    await until('another tab', () => vs.tab(), { accept: (name) => name !== DUMP });
    await until('the holder in it', () => vs.lines(), { accept: (lines) => /goroutine 219/.test(lines.join('\n')) });
    await vs.openFile(DUMP);
  });
}

/** VS Code's own views. */
async function useViews(vs, check, { goroutine }) {
  await check('the Outline lists goroutines', async () => {
    const rows = await vs.outline();
    assert.match(rows.join('\n'), /goroutine \d+/);
    await vs.focusEditor();
  });
  await check('the call hierarchy shows the chain', async () => {
    await vs.goTo(goroutine(62), 3);
    const chain = (rows) => [62, 219, 211].every((id, i) => rows[i]?.includes(`goroutine ${id}`));
    await vs.callHierarchy('goroutine 62', 'Outgoing', chain);
    await vs.focusEditor();
  });
  await check('the call hierarchy shows who is stuck behind', async () => {
    await vs.goTo(goroutine(219), 3);
    await vs.callHierarchy('goroutine 219', 'Incoming', (rows) => rows.length > 20 && new Set(rows).size > 20);
    await vs.focusEditor();
  });
  await check('Problems holds a few findings', async () => {
    const rows = await vs.problems();
    assert.ok(rows.length <= 20, `${rows.length} rows`);
    await vs.focusEditor();
  });
}

/** The side bar's findings and the picture. */
async function usePicture(vs, check, folder, { goroutine }) {
  const at = (id) => async () => (await vs.position())?.line === goroutine(id);
  await check('the side bar lists the findings, the root first', async () => {
    const rows = await vs.findings((all) => all.some((row) => row.includes('Wait chain')));
    assert.match(rows[0], /^Known fault: dockerd holds the lock of its exec store/);
    assert.match(rows.join('\n'), /goroutine 62 waits .*\ngoroutine 219 waits .*\ngoroutine 211 waits /);
  });
  await check('a click on a finding goes to its line', async () => {
    await vs.clickRow('Goroutine 219 likely holds');
    await until('the holder', at(219));
  });
  await check('Show Picture draws who waits for whom beside the dump', async () => {
    await vs.runCommand('Trace: Show Picture');
    await vs.box('36 goroutines').waitFor({ timeout: 30_000 });
    assert.match(await vs.box('goroutine 211').textContent(), /38 goroutines behind it/);
    // The chain goes on in containerd's dump, which lies beside it.
    await vs.webview.locator('.box').filter({ hasText: 'possible root' }).first().waitFor({ timeout: 10_000 });
    assert.equal(await vs.tab(), DUMP, 'the dump is still there');
  });
  await check('its timeline shows who has waited how long', async () => {
    assert.match(await vs.webview.locator('.bar').first().getAttribute('aria-label'), /waits about 7 min/);
  });
  await check('a click on a box goes to its line', async () => {
    await vs.box('goroutine 261').locator('.title').click();
    await until('the line', at(261));
  });
  await check('the picture works by keyboard', async () => {
    await vs.box('goroutine 219').focus();
    await vs.press('ArrowDown'); // the lock that it waits for
    await vs.press('ArrowDown'); // who holds that
    const focused = vs.webview.locator('.box:focus');
    await until('the focus', () => focused.getAttribute('aria-label'), {
      accept: (text) => /^goroutine 211\b/.test(text),
    });
    await vs.press('Enter');
    await until('the line', at(211));
  });
  await check('everything in it has a name for who cannot see it', async () => {
    const boxes = await vs.webview
      .locator('[tabindex]')
      .evaluateAll((all) => all.map((one) => [one.getAttribute('role'), one.getAttribute('aria-label')]));
    assert.ok(boxes.length > 5);
    for (const [role, label] of boxes) assert.ok(role && label, `${role} ${label}`);
  });
  await check('nothing from outside can get into it', async () => {
    const policy = await vs.webview.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
    assert.match(policy, /^default-src 'none'; style-src 'nonce-\w+'; script-src 'nonce-\w+'$/);
  });
  await check('it is saved as an SVG file with colours of its own', async () => {
    await vs.webview.getByRole('button', { name: 'Save as SVG' }).click();
    const file = join(folder, 'trace-picture.svg');
    await until('the question where to', () => vs.quick.isVisible());
    await vs.press('Enter');
    await until('the file', () => existsSync(file) && readFileSync(file, 'utf8').endsWith('</svg>\n'));
    const text = readFileSync(file, 'utf8');
    assert.match(text, />36 goroutines</);
    assert.match(text, /fill="rgb\(/);
    assert.doesNotMatch(text, /var\(|class=|<script|NaN/);
  });
  await check('Copy for a Ticket says what it did', async () => {
    await vs.focusEditor();
    await vs.runCommand('Trace: Copy for a Ticket');
    await vs.toast(/on the clipboard\. (?:Redacted|Nothing)/);
  });
  await vs.runCommand('Notifications: Clear All Notifications');
}

/** Other dumps, and files that are none. */
async function openOthers(vs, check, { find, goroutine }) {
  await check('a dump in a .txt file is known by its text', async () => {
    await vs.openFile('cycle2.txt');
    await until('the language', () => vs.language(), { accept: (name) => name === 'Goroutine Dump' });
  });
  await check('a lens tells a deadlock', async () => {
    await vs.goTo(goroutine(6));
    await vs.lens(/deadlock: 6 → 7 → 6/);
  });
  await check('the picture follows: a second trace brings its deadlock', async () => {
    await vs.box('goroutine 6').waitFor({ timeout: 30_000 });
    assert.match(await vs.box('goroutine 6').textContent(), /deadlock/);
  });
  await check('Compare Dumps offers those of one process, and compares them', async () => {
    await vs.focusEditor();
    await vs.runCommand('Trace: Compare Dumps');
    const rows = await vs.quickPick();
    assert.ok(rows.length >= 5, rows.join(' | '));
    await vs.press('Enter'); // what is chosen: containerd's dump is in two files
    await until('the comparison', () => vs.lines(), {
      accept: (lines) => /Comparison of 2 dumps/.test(lines.join('\n')),
    });
    const text = (await vs.lines()).join(' ');
    assert.match(text, /stuck: in both dumps/);
    assert.doesNotMatch(text, /Doubtful/);
    await vs.openFile('cycle2.txt');
  });
  await check('a lens says that the source code verifies the holder', async () => {
    await vs.goTo(goroutine(6));
    await vs.lens(/verified by source: locked at ledger\.go:78/);
  });
  await check('a click on it opens the line that locks', async () => {
    const atLock = async () => (await vs.tab()) === 'ledger.go' && (await vs.position()).line === 78;
    await vs.clickLens(/verified by source/, 'the line that locks', atLock);
    await vs.openFile('cycle2.txt');
  });
  await check('hover on a location shows the code around it', async () => {
    const { line, column } = find('ledger.go:83');
    await vs.goTo(line, column + 2);
    // The link's own words are there first.
    const shown = (text) => /matches the trace[\s\S]*83 [\s\S]*add\(/.test(text);
    await vs.hoverThat('the code in the hover', shown);
  });
  await check('F12 on a location opens the source there', async () => {
    const { line, column } = find('ledger.go:83');
    await vs.goTo(line, column + 2);
    assert.equal((await vs.goToDefinition()).line, 83);
    assert.equal(await vs.tab(), 'ledger.go');
    await vs.openFile('cycle2.txt');
  });
  await check('a deadlock is a problem', async () => {
    await vs.problems((rows) => /[Dd]eadlock/.test(rows.join('\n')));
  });
  await check('a click on its id opens the article', async () => {
    await vs.clickProblemId('deadlock');
    await until('the article', () => vs.tab(), { accept: (name) => name === 'deadlock.md' });
    await until('its text', () => vs.lines(), { accept: (lines) => /How sure/.test(lines.join('\n')) });
    await vs.openFile('cycle2.txt');
  });
  for (const name of ['torn', 'empty', 'hostile']) {
    await check(`a ${name} file opens and nothing complains`, async () => {
      await vs.openFile(`goroutine-stacks-${name}.log`);
      await until('the language', () => vs.language(), { accept: (language) => language === 'Goroutine Dump' });
      assert.deepEqual(await vs.toasts(), []);
    });
  }
  await check('in the picture nothing of a trace becomes an element', async () => {
    assert.equal(await vs.webview.locator('img, a, foreignObject').count(), 0);
    const picture = vs.page.getByRole('tab', { name: /Trace.Picture/ });
    await picture.click({ button: 'middle' });
    await picture.waitFor({ state: 'detached' });
  });
  await check('a binary file does no harm', async () => {
    await vs.openAnyFile('goroutine-stacks-binary.log');
    assert.deepEqual(await vs.toasts(), []);
  });
  await check('afterwards the first dump still answers', async () => {
    await vs.openFile(DUMP);
    await vs.lens(/156 goroutines|held by|holds/);
  });
}

/** Milliseconds that a busy machine may take to show a large file. */
const SLOWLY = 90_000;

/** Files beyond VS Code's own limits: 20 MiB, where it turns lenses off by itself, and 50 MiB, where extensions see nothing. */
async function openLarge(vs, check, folder, { goroutine }) {
  const mebibyte = 2 ** 20;
  await check('F12 works in a dump of 21 MiB', async () => {
    writeLargeDump(join(folder, 'goroutine-stacks-large.log'), 21 * mebibyte);
    await vs.openFile('goroutine-stacks-large.log', SLOWLY);
    await vs.goTo(goroutine(62), 3);
    assert.equal((await vs.goToDefinition()).line, goroutine(219));
  });
  await check('it has colours, lenses and folding too', async () => {
    await vs.lens(/held by goroutine 211/);
    await until('colours', () => vs.colours('goroutine 219 ['), { accept: (colours) => colours.length > 1 });
    await until('fold arrows', () => vs.foldArrows(), { accept: (count) => count > 0 });
  });
  await check('hover works in a dump of 40 MiB, and in another one before that is read', async () => {
    const hover = async () => {
      await vs.goTo(goroutine(62), 3);
      await vs.hoverThat('who is waited for', (text) => /goroutine 219/.test(text));
    };
    writeLargeDump(join(folder, 'goroutine-stacks-larger.log'), 40 * mebibyte);
    await vs.openFile('goroutine-stacks-larger.log', SLOWLY);
    await vs.openFile(DUMP);
    await hover();
    await vs.openFile('goroutine-stacks-larger.log', SLOWLY);
    await hover();
  });
}

/** A log that a program still writes, and that is so large that it is not read anew each time. */
async function writeOn(vs, check, folder) {
  const path = join(folder, 'written.strace');
  const line = (at) => `7 10:00:0${at}.000000 getpid() = 7\n`;
  const lines = 100_000;
  // These lead nowhere, so that they are no links.
  const said = async () => (await vs.editor.locator('.codelens-decoration').allInnerTexts()).join();
  const saysOf = (call) =>
    until(`a lens of ${call}`, said, { accept: (text) => text.includes(`${call} never returned`) });
  await check('a log of 3 MiB that ends within a call says so', async () => {
    writeFileSync(path, `${line(0).repeat(lines)}7 10:00:01.000000 read(3, `);
    await vs.openFile('written.strace', SLOWLY);
    await vs.goTo(lines + 1);
    await saysOf('read(3)');
  });
  await check('when that is written to, the call has ended, and the next one is under way', async () => {
    appendFileSync(path, `"x", 1) = 1 <0.000010>\n${line(2)}7 10:00:09.000000 flock(4, LOCK_EX`);
    await vs.runCommand('File: Revert File'); // VS Code notices it by itself, but sometimes late
    await until('the new lines', () => vs.lines(), { accept: (lines) => lines.join('\n').includes('flock(4') });
    await vs.goTo(lines + 3);
    await saysOf('flock(4)');
    assert.doesNotMatch(await said(), /read/);
  });
}

/** The process ids of the extension's language servers (Linux). */
const servers = (extension) =>
  readdirSync('/proc').filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(join(extension, 'dist/server/node.cjs'));
    } catch {
      return false; // no process, or one that has ended
    }
  });

/** The server ends without a file being to blame. */
async function killServer(vs, check, extension, { goroutine }) {
  await check('a language server that is killed is started again, and nobody is told', async () => {
    await vs.openFile(DUMP);
    const killed = servers(extension);
    assert.equal(killed.length, 1);
    process.kill(Number(killed[0]), 'SIGKILL');
    const again = await until('another server', () => servers(extension), {
      accept: ([pid, ...more]) => pid !== undefined && pid !== killed[0] && more.length === 0,
    });
    await vs.goTo(goroutine(62), 3);
    await vs.hoverThat('who is waited for', (text) => /goroutine 219/.test(text));
    assert.deepEqual(await vs.toasts(), []);
    assert.deepEqual(servers(extension), again);
  });
}

/** The server runs when there is something for it to do. */
async function startLazily(vs, check, extension) {
  await check('a text that is no trace starts no server', async () => {
    await vs.showsFile('notes.txt');
    await vs.page.waitForTimeout(3_000);
    assert.deepEqual(servers(extension), []);
  });
  await check('a trace does', async () => {
    await vs.openFile('ps.txt');
    await until('the language', () => vs.language(), { accept: (name) => name === 'Process Listing' });
    await until('the server', () => servers(extension), { accept: ({ length }) => length === 1 });
  });
}

/** A journal of which extensions see nothing, with what lies beside it. */
async function openHuge(vs, check, folder, added) {
  /** The last outage begins in line 56 of the sample. */
  const reported = `${LARGE}:${56 + added.journal}`;
  const column = linesOf(folder, 'node-not-ready/journal.log').find('PLEG is not healthy').column;
  const atExcerpt = async () => (await vs.tab()) === LARGE && (await vs.position())?.line < 56 + added.journal;
  await check('a journal of 51 MiB is offered to be investigated', async () => {
    await vs.openAnyFile(LARGE);
    await vs.toast(/is a trace \(Kubelet Journal\) above 50 MB/, SLOWLY);
  });
  await check('Investigate reads it in parts, and reports with what lies beside it', async () => {
    await vs.clickToast(/is a trace/, 'Investigate');
    await until('the report', () => vs.tab(), { accept: (name) => name === 'Investigation.md', timeout: SLOWLY });
    await until('the chain', () => vs.lines(), { accept: (lines) => lines.join('\n').includes(reported) });
    assert.match((await vs.lines()).join('\n'), /the chain \nends at systemd|gdb\.txt/);
  });
  await check('a click on a place in it opens the excerpt there', async () => {
    const link = vs.line(reported).locator('.detected-link').filter({ hasText: LARGE }).first();
    await vs.clickLink(link, 'the excerpt', atExcerpt);
    await until('the language', () => vs.language(), { accept: (name) => name === 'Kubelet Journal' });
  });
  await check('there are lens, hover and colours', async () => {
    await vs.lens(/waits 3\+ min for the answer to rpc Docker\/ContainerInspect/);
    const { line } = await vs.position();
    await vs.goTo(line, column);
    await vs.hoverThat('the hover', (text) => /relist/.test(text));
    await until('colours', () => vs.colours('00:06:03.498820'), { accept: (colours) => colours.length > 1 });
  });
  await check('F12 goes on into the dumps that lie beside it', async () => {
    await vs.press('F12');
    await vs.page.locator('.peekview-widget').waitFor({ timeout: 20_000 });
    await vs.press('Escape');
  });
  await check('Show Wait Chain shows the way to the root', async () => {
    await vs.runCommand('Trace: Show Wait Chain');
    assert.match((await vs.quickPick()).join('\n'), /systemd/);
    await vs.press('Escape');
  });
  await check('the report leads into the excerpt of a strace log of 51 MiB too', async () => {
    await vs.openFile('Investigation.md');
    await vs.followLink(`${LARGE_STRACE}:${2478 + added.strace}`);
    await until('the excerpt', async () => (await vs.tab()) === LARGE_STRACE);
    await vs.lens(/org\.freedesktop\.systemd1/);
  });
}
