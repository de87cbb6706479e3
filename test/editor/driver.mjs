// Drives a VS Code workbench in Chromium as a person does: keys, mouse, and what the screen shows.
// Everything polls: VS Code draws late, throws its widgets away and draws them again, and loses keys while it starts.
// biome-ignore-all lint/performance/useDomNodeTextContent: innerText is what the screen shows
import { chromium } from 'playwright-core';
import { installBrowser } from './vscode.mjs';

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', '--disable-sync'];
FLAGS.push('--disable-background-networking', '--disable-component-update', '--disable-quic');

const isLocal = ({ protocol, hostname }) =>
  !/^(http|ws)s?:$/.test(protocol) || /^(127\.0\.0\.1|(.+\.)?localhost)$/.test(hostname);

/**
 * Opens a Chromium page without loading anything. Requests that leave this machine fail at once: the workbench would
 * wait for the extension gallery. `language` is the workbench's, English if not given. Close it with `page.browser.close()`.
 */
export async function openPage({ width = 1400, height = 900, language } = {}) {
  const browser = await chromium.launch({ executablePath: installBrowser(), args: FLAGS });
  const page = await browser.newPage({ viewport: { width, height } });
  await page.route(
    (url) => !isLocal(url),
    (route) => route.abort(),
  );
  if (language)
    // A language pack sets this; there is none at hand. The workbench stays English, extensions get the language.
    await page.addInitScript((name) => {
      Object.defineProperty(globalThis, '_VSCODE_NLS_LANGUAGE', { get: () => name, set() {} });
    }, language);
  return Object.assign(page, { browser });
}

/**
 * Calls `read` until its value passes `accept` (default: is truthy), and returns that value. A `read` that throws counts
 * as not yet. Throws after `timeout` ms with the last value seen.
 */
export async function until(what, read, { accept = Boolean, timeout = 20_000 } = {}) {
  let last;
  for (const end = Date.now() + timeout; ; ) {
    try {
      last = await read();
      if (accept(last)) return last;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) {
      throw new Error(
        `${what}: not within ${timeout / 1000} s; last seen: ${last instanceof Error ? last.message : JSON.stringify(last)}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const tidy = (text) => text.replaceAll('\u00a0', ' ').trim();

export class Workbench {
  /** Opens an address of `startVSCode` and waits for the workbench. `options` as for openPage. */
  static async open(address, options) {
    const page = await openPage(options);
    await page.goto(address);
    await page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
    await page.locator('.part.statusbar .statusbar-item').first().waitFor({ timeout: 60_000 });
    return new Workbench(page);
  }

  constructor(page) {
    this.page = page;
    this.errors = []; // uncaught errors of the page
    page.on('pageerror', (error) => this.errors.push(String(error)));
    this.editor = page.locator('.editor-instance .monaco-editor').first();
    this.quick = page.locator('.quick-input-widget');
  }

  close() {
    return this.page.browser.close();
  }

  press(keys) {
    return this.page.keyboard.press(keys);
  }

  /** What the window shows, as a PNG; also written to a file where a path is given. */
  screenshot(path) {
    return this.page.screenshot({ path, animations: 'disabled' }); // nothing half faded in
  }

  /** Drags the side bar's edge to the right by so many pixels. */
  async widenSidebar(by) {
    const { x, y, width, height } = await this.page.locator('.part.sidebar').boundingBox();
    await this.#drag(x + width, y + height / 2, by);
  }

  /** Drags the last group of editors wider by so many pixels, to the left. */
  async widenLastGroup(by) {
    const { x, y, height } = await this.page.locator('.editor-group-container').last().boundingBox();
    await this.#drag(x, y + height / 2, -by);
  }

  async #drag(x, y, by) {
    await this.page.mouse.move(x, y);
    await this.page.mouse.down();
    await this.page.mouse.move(x + by, y, { steps: 5 });
    await this.page.mouse.up();
  }

  // --- quick input: quick open, command palette, go to line, quick picks ---

  get #input() {
    return this.quick.locator('.quick-input-filter input.input').first();
  }

  /** Opens a quick input with a key and types into it. Whatever takes the focus meanwhile closes it again. */
  async #ask(key, text) {
    for (let attempt = 1; ; attempt++) {
      await this.press(key);
      try {
        await this.quick.waitFor({ state: 'visible', timeout: 2_000 });
        await this.#input.fill(text, { timeout: 2_000 });
        return;
      } catch (error) {
        if (attempt === 10) throw error;
      }
    }
  }

  /** Like #ask, then takes the first row once it shows `want`. Files and commands may not be known at the first try. */
  async #choose(key, text, want) {
    for (let attempt = 1; ; attempt++) {
      await this.#ask(key, text);
      try {
        await this.quick.locator('.monaco-list-row').first().filter({ hasText: want }).waitFor({ timeout: 4_000 });
        break;
      } catch (error) {
        if (attempt === 10) throw error;
        await this.press('Escape');
      }
    }
    await this.press('Enter');
  }

  /** Opens a file of the folder by its name, through quick open. */
  async openFile(name, timeout) {
    await this.openAnyFile(name);
    await this.showsFile(name, timeout);
  }

  /** The same for a file that VS Code may show otherwise than as text. It opens in the first group, never in a picture's. */
  async openAnyFile(name) {
    const tab = this.page
      .locator('.editor-group-container')
      .first()
      .locator(`.tab.active[data-resource-name="${name}"]`);
    for (let attempt = 1; ; attempt++) {
      if (await this.#elsewhere()) await this.focusEditor();
      await this.#choose('Control+P', name, name);
      await this.quick.waitFor({ state: 'hidden' });
      try {
        return await tab.waitFor({ timeout: 10_000 });
      } catch (error) {
        if (attempt === 3) throw error;
      }
    }
  }

  /** Is another group than the first the active one? */
  async #elsewhere() {
    const first = this.page.locator('.editor-group-container').first();
    return (await first.count()) > 0 && !(await first.evaluate((group) => group.classList.contains('active')));
  }

  /** Waits until a file's tab is the active one and its text is drawn. */
  async showsFile(name, timeout = 30_000) {
    await this.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor({ timeout });
    await this.editor.locator('.view-line').first().waitFor({ timeout });
  }

  /** Runs a command by its full title, through the command palette. */
  async runCommand(title) {
    await this.#choose('F1', `>${title}`, title);
    // The command may itself ask something, in the same widget.
    await until('the command palette closes', async () => {
      return !(await this.quick.isVisible()) || (await this.#input.inputValue()) !== `>${title}`;
    });
  }

  /** The rows of the open quick pick, top first; waits until there are any. */
  quickPick() {
    return until(
      'a quick pick',
      async () => {
        if (!(await this.quick.isVisible())) return [];
        return this.#rows('.quick-input-widget');
      },
      { accept: (rows) => rows.length > 0 },
    );
  }

  /** Takes a row of the open quick pick. */
  async pick(text) {
    await this.quick.locator('.monaco-list-row').filter({ hasText: text }).first().click();
    await this.quick.waitFor({ state: 'hidden' });
  }

  async goTo(line, column = 1) {
    await this.#ask('Control+G', `:${line}:${column}`);
    await this.press('Enter');
    await this.quick.waitFor({ state: 'hidden' });
    await until(`cursor at ${line}:${column}`, () => this.position(), {
      accept: (at) => at?.line === line && at.column === column,
    });
  }

  // --- the editor ---

  /** Searches the active editor for the text of a link and opens that, as Ctrl with a click does. */
  async followLink(text) {
    await this.focusEditor();
    await this.press('Control+Home');
    await this.press('Control+F');
    const input = this.page.locator('.find-widget.visible .find-part textarea.input');
    await input.fill(text);
    await this.press('Enter');
    await this.press('Escape');
    await this.runCommand('Open Link');
  }

  /**
   * Clicks a link of the active editor with Ctrl held until `effect` is seen. With Ctrl held VS Code draws the line under the mouse
   * anew: Playwright's own click would miss the element that it aimed at and never press the button.
   */
  clickLink(link, what, effect) {
    return this.#clickUntil(what, effect, async () => {
      const { x, y, width, height } = await until('the link', () => link.boundingBox({ timeout: 1_000 }));
      await this.page.mouse.move(1, 1);
      await this.page.mouse.move(x + width / 2, y + height / 2);
      await this.page.keyboard.down('Control');
      await this.page.mouse.down();
      await this.page.mouse.up();
      await this.page.keyboard.up('Control');
    });
  }

  /** Clicks until an effect is seen, a few times at most. */
  async #clickUntil(what, effect, click) {
    for (let attempt = 1; ; attempt++) {
      await click();
      try {
        return await until(what, effect, { timeout: 5_000 });
      } catch (error) {
        if (attempt === 4) throw error;
      }
    }
  }

  /** The active tab's name. */
  tab() {
    return this.page.locator('.tab.active').first().getAttribute('data-resource-name', { timeout: 2_000 });
  }

  /** The cursor's line and column, 1-based, as the status bar shows them; undefined when it shows none. */
  async position() {
    const text = await this.page.locator('[id="status.editor.selection"]').innerText({ timeout: 2_000 });
    const match = /Ln ([\d,]+), Col ([\d,]+)/.exec(text);
    const number = (digits) => Number(digits.replaceAll(',', ''));
    return match ? { line: number(match[1]), column: number(match[2]) } : undefined;
  }

  /** The name of the active editor's language, as the status bar shows it. */
  async language() {
    return tidy(await this.page.locator('[id="status.editor.mode"]').innerText({ timeout: 2_000 }));
  }

  /** A drawn line of the active editor that holds the text. */
  line(text) {
    return this.editor.locator('.view-line').filter({ hasText: text }).first();
  }

  /** The lines that are drawn now, top first. Lines outside the window are not drawn. */
  async lines() {
    const lines = await this.editor
      .locator('.view-line')
      .evaluateAll((elements) =>
        elements.map((element) => [Number.parseFloat(element.style.top), element.textContent]),
      );
    return lines.sort((a, b) => a[0] - b[0]).map(([, text]) => text.replaceAll('\u00a0', ' '));
  }

  /** The colours that a drawn line's pieces have, without doubles. */
  colours(text) {
    return this.line(text)
      .locator('span span')
      .evaluateAll((pieces) => [...new Set(pieces.map((piece) => getComputedStyle(piece).color))]);
  }

  /** How many lines of those that are drawn have an arrow for folding. */
  foldArrows() {
    return this.editor.locator('.codicon-folding-expanded').count();
  }

  /** The code lenses that are drawn now. */
  async lenses() {
    return (await this.editor.locator('.codelens-decoration a').allInnerTexts()).map(tidy).filter(Boolean);
  }

  /** Waits for a drawn code lens that matches, and returns its text. */
  lens(pattern) {
    return until(`a code lens ${pattern}`, () => this.lenses(), {
      accept: (texts) => texts.some((text) => pattern.test(text)),
    }).then((texts) => texts.find((text) => pattern.test(text)));
  }

  /** Clicks a drawn code lens until `effect` is seen: VS Code may draw it again under the mouse, which loses the click. */
  clickLens(pattern, what, effect) {
    return this.#clickUntil(what, effect, async () => {
      await this.lens(pattern);
      await this.editor.locator('.codelens-decoration a').filter({ hasText: pattern }).first().click();
    });
  }

  /** Shows the hover at the cursor, as the keyboard does, and returns its text. It stays open. */
  async showHover() {
    await this.press('Control+K');
    await this.press('Control+I');
    return this.#hoverText();
  }

  /** The hover's text at the cursor once it passes `accept`: what several say of a place is shown one after the other, and closing it asks them anew. */
  async hoverThat(what, accept) {
    for (let attempt = 1; ; attempt++) {
      await this.showHover();
      try {
        return await until(what, () => this.#hoverText(1_000), { accept, timeout: 8_000 });
      } catch (error) {
        if (attempt === 4) throw error;
      } finally {
        await this.press('Escape');
      }
    }
  }

  /** The hover's text at a place of the page, asked for with the mouse. */
  async hoverMouse(locator) {
    // VS Code forgets a hover that it asks for while it draws: the mouse then moves off and on again, as a person's does.
    for (let left = 4; ; left--) {
      await locator.hover();
      try {
        const text = await this.#hoverText(left > 0 ? 5_000 : undefined);
        await this.press('Escape');
        return text;
      } catch (error) {
        if (left === 0) throw error;
        await this.page.mouse.move(1, 1);
      }
    }
  }

  async #hoverText(timeout) {
    const box = this.page.locator('.monaco-hover:not(.hidden)');
    const visible = box.filter({ has: this.page.locator('.hover-contents') }).first();
    return tidy(
      await until('a hover', () => visible.innerText({ timeout: 1_000 }), {
        accept: (text) => text.trim() !== '' && !/^Loading/.test(text),
        ...(timeout && { timeout }),
      }),
    );
  }

  /** Presses F12 and waits until the cursor is elsewhere; returns where. */
  async goToDefinition() {
    const [tab, from] = [await this.tab(), await this.position()];
    await this.press('F12');
    await until('F12 moves the cursor', async () => {
      const at = await this.position();
      return at && ((await this.tab()) !== tab || at.line !== from.line || at.column !== from.column);
    });
    return this.position();
  }

  // --- panels and views ---

  /** The texts of the notifications that are shown now. */
  async toasts() {
    return (await this.page.locator('.notification-toast').allInnerTexts()).map(tidy);
  }

  /** Waits for a notification that matches, and returns its text. */
  toast(pattern, timeout) {
    return until(`a notification ${pattern}`, () => this.toasts(), {
      accept: (texts) => texts.some((text) => pattern.test(text)),
      ...(timeout && { timeout }),
    }).then((texts) => texts.find((text) => pattern.test(text)));
  }

  /** Clicks a button of the notification that matches. */
  async clickToast(pattern, button) {
    const toast = this.page.locator('.notification-toast').filter({ hasText: pattern });
    await toast.locator('.monaco-button').filter({ hasText: button }).first().click();
  }

  /** The rows of a list or tree, top first, each one's texts joined by a space. VS Code draws only those in sight. */
  async #rows(selector) {
    const rows = await this.page.locator(`${selector} .monaco-list-row`).evaluateAll((elements) =>
      elements.map((element) => {
        const texts = [];
        const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) texts.push(walker.currentNode.data);
        return [Number.parseFloat(element.style.top), texts.join(' ')];
      }),
    );
    return rows.sort((a, b) => a[0] - b[0]).map(([, text]) => tidy(text).replaceAll(/\s+/g, ' '));
  }

  /** Opens the Problems panel, waits until its rows are accepted, and returns them. Files are rows too. */
  async problems(accept = (rows) => rows.length > 0) {
    await this.runCommand('View: Focus Problems');
    return until('problems', () => this.#rows('.markers-panel'), { accept });
  }

  /** Clicks the id behind a problem in the Problems panel, which must be open. */
  async clickProblemId(id) {
    await this.page.locator('.markers-panel .monaco-list-row a').filter({ hasText: id }).first().click();
  }

  /** Opens the Outline view and waits until its rows are accepted. */
  async outline(accept = (rows) => rows.length > 0) {
    await this.runCommand('Explorer: Focus on Outline View');
    return until('the outline', () => this.#rows('.outline-pane'), { accept });
  }

  /** Opens the view of findings in the side bar and waits until its rows are accepted. */
  async findings(accept = (rows) => rows.length > 0) {
    await this.runCommand('Trace Investigator: Focus on Findings View');
    return until('the findings', () => this.#rows('.part.sidebar'), { accept });
  }

  /** Clicks a row of the side bar. */
  async clickRow(text) {
    await this.page.locator('.part.sidebar .monaco-list-row').filter({ hasText: text }).first().click();
  }

  /** What the webview shows. */
  get webview() {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  }

  /** A box of the picture, by how its title begins. */
  box(title) {
    return this.webview
      .locator('.box')
      .filter({ has: this.page.locator(`.title:text-matches("^${title}")`) })
      .first();
  }

  /**
   * Asks for the call hierarchy at the cursor (Shift+Alt+H), whose first row must hold `root`, turns it into the direction,
   * opens row after row until the rows are accepted, and returns them.
   */
  async callHierarchy(root, direction, accept) {
    const view = '[id="workbench.view.extension.references-view"]';
    const turned = { accept: (rows) => rows[0]?.includes(root), timeout: 5_000 };
    for (let attempt = 1; ; attempt++) {
      await this.focusEditor(); // an earlier tree may take the focus late, and the key with it
      await this.press('Shift+Alt+H');
      try {
        await until(`the call hierarchy of ${root}`, () => this.#rows(view), turned);
        break;
      } catch (error) {
        if (attempt === 4) throw error;
      }
    }
    const title = direction === 'Outgoing' ? 'Calls From' : 'Callers Of';
    await until(`the tree "${title}"`, async () => {
      if (await this.page.locator('.part.sidebar .title-label', { hasText: title }).isVisible()) return true;
      await this.page.locator(`.part.sidebar [aria-label="Show ${direction} Calls"]`).first().click({ timeout: 1_000 });
      return false;
    });
    const closed = this.page.locator(`${view} .monaco-list-row[aria-expanded="false"] .monaco-tl-twistie`);
    return until(
      'the call hierarchy',
      async () => {
        const rows = await this.#rows(view);
        if (!accept(rows) && (await closed.count()) > 0) await closed.first().click({ timeout: 1_000 });
        return rows;
      },
      { accept },
    );
  }

  /** Puts the keyboard back into the first group's editor, and sees that it stays: a webview may take it back late. */
  async focusEditor() {
    const first = this.page.locator('.editor-group-container').first();
    const has = () => first.evaluate((group) => group.contains(document.activeElement));
    await until('the keyboard is in the editor', async () => {
      if (!(await has())) await this.press('Control+1');
      await this.page.waitForTimeout(100);
      return has();
    });
  }
}
