// The picture in VS Code's high-contrast themes: what a person with little sight has to tell apart is apart, by the ratios of WCAG 2.2
// (1.4.3 text, 1.4.11 lines), and where the keyboard is can be seen.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { root } from '../../scripts/ensure.mjs';
import { startChecks } from './checks.mjs';
import { until, Workbench } from './driver.mjs';
import { withVSCode } from './vscode.mjs';
import { DUMP } from './workspace.mjs';

/** Each theme, and the class that VS Code gives its webviews. */
const THEMES = [
  { theme: 'Default High Contrast', named: 'vscode-high-contrast' },
  { theme: 'Default High Contrast Light', named: 'vscode-high-contrast-light' },
];
const TEXT = 4.5;
const LINE = 3;

/** What must stand out from what is behind it: the property with its colour, and the least ratio. All must be in the picture. */
const PARTS = [
  { what: 'boxes', selector: '.box rect', property: 'stroke', least: LINE },
  { what: 'words in boxes', selector: '.box text', property: 'fill', behind: 'rect:last-of-type', least: TEXT },
  { what: 'boxes of a deadlock', selector: '.box.cycle rect', property: 'stroke', least: LINE },
  { what: 'arrows of a deadlock', selector: '.arrow.cycle path', property: 'stroke', least: LINE },
  { what: 'arrows', selector: '.arrow path', property: 'stroke', least: LINE },
  { what: 'arrow heads', selector: 'marker path', property: 'fill', least: LINE },
  { what: 'words on arrows', selector: '.arrow text', property: 'fill', least: TEXT },
  { what: 'bars', selector: '.bar .span', property: 'fill', least: LINE },
  { what: 'words beside bars', selector: '.bar text', property: 'fill', least: TEXT },
  { what: 'lines of the axis', selector: 'line.tick', property: 'stroke', least: LINE },
  { what: 'times of the axis', selector: 'text.tick', property: 'fill', least: TEXT },
  { what: 'notes', selector: '.note', property: 'color', least: TEXT },
  { what: 'headings', selector: 'h2', property: 'color', least: TEXT },
  { what: 'words on buttons', selector: '.tools button', property: 'color', behind: 'self', least: TEXT },
  { what: 'borders of buttons', selector: '.tools button', property: 'borderTopColor', least: LINE },
];

/** Runs all checks, a window for each theme. Returns `{passed, failed, failures}`. `look` is called with each picture. */
export async function testContrast({ folder, extension = root, look }) {
  const counts = { passed: 0, failed: 0, failures: [] };
  for (const { theme, named } of THEMES)
    await withVSCode({ extension, settings: { 'workbench.colorTheme': theme } }, async (server) => {
      const path = join(folder, 'docker-exec-hang', DUMP);
      const vs = await Workbench.open(server.address({ folder, file: path }));
      try {
        const { check, counts: own } = startChecks(vs);
        await checkTheme(vs, (name, action) => check(`${theme}: ${name}`, action), named);
        await look?.(theme, vs);
        counts.passed += own.passed;
        counts.failed += own.failed;
        counts.failures.push(...own.failures);
      } finally {
        await vs.close();
      }
    });
  return counts;
}

async function checkTheme(vs, check, named) {
  await check('the picture is drawn in it', async () => {
    await vs.showsFile(DUMP);
    await vs.lens(/156 goroutines/);
    await vs.openFile('cycle2.txt'); // a deadlock has colours of its own
    await vs.runCommand('Trace: Show Picture');
    for (const box of ['36 goroutines', 'goroutine 6']) await vs.box(box).waitFor({ timeout: 30_000 });
    const classes = await vs.webview.locator('body').getAttribute('class');
    assert.ok(classes.split(' ').includes(named), classes);
  });
  for (const part of PARTS)
    await check(`${part.what} stand out`, async () => {
      const ratios = await vs.webview.locator(part.selector).evaluateAll(measure, part);
      assert.ok(ratios.length > 0, `no ${part.selector}`);
      const [worst] = ratios.sort((a, b) => a.ratio - b.ratio);
      assert.ok(worst.ratio >= part.least, `${JSON.stringify(worst)}, wanted: ${part.least}`);
    });
  const ring = [
    { what: 'box', selector: '.box', drawn: 'rect:last-of-type', property: 'stroke', width: 'strokeWidth' },
    { what: 'bar', selector: '.bar', drawn: '.row', property: 'stroke', width: 'strokeWidth' },
    { what: 'button', selector: '.tools button', drawn: 'self', property: 'outlineColor', width: 'outlineWidth' },
  ];
  for (const part of ring)
    await check(`a ${part.what} with the focus shows it`, async () => {
      const one = vs.webview.locator(part.selector).first();
      const drawn = part.drawn === 'self' ? one : one.locator(part.drawn).last();
      const read = () =>
        drawn.evaluate(
          (element, names) => names.map((name) => getComputedStyle(element)[name]),
          [part.property, part.width],
        );
      const before = await read();
      await vs.webview.locator('.tools button').last().focus();
      await vs.press(part.what === 'button' ? 'Shift+Tab' : 'Tab'); // as by keyboard, which :focus-visible asks for
      await one.focus();
      const after = await until('the focus', read, { accept: (now) => now.join() !== before.join() });
      assert.ok(Number.parseFloat(after[1]) >= 1, `${after}`);
      const [{ ratio }] = await drawn.evaluateAll(measure, part);
      assert.ok(ratio >= LINE, `${ratio}`);
    });
}

/** In the page: the contrast ratio of each element to what is behind it. Lines thinner than a pixel have the ratio 1. */
function measure(elements, { property, behind, width = property === 'stroke' ? 'strokeWidth' : undefined }) {
  const read = (color) => {
    const numbers = color.match(/[\d.]+/g)?.map(Number);
    return color === 'none' || !numbers ? [0, 0, 0, 0] : [...numbers.slice(0, 3), numbers[3] ?? 1];
  };
  const over = ([r, g, b, a], under) => [r, g, b].map((value, i) => value * a + under[i] * (1 - a));
  const light = (color) =>
    color
      .map((value) => value / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
      .reduce((sum, value, i) => sum + value * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = over(read(getComputedStyle(document.body).backgroundColor), [255, 255, 255]);
  return elements.map((element) => {
    const style = getComputedStyle(element);
    const back = behind === 'self' ? element : behind && element.parentElement.querySelector(behind);
    const backStyle = back && getComputedStyle(back);
    const under = back ? over(read(backStyle[back.tagName === 'rect' ? 'fill' : 'backgroundColor']), ground) : ground;
    const color = over(read(style[property]), under);
    const [high, low] = [light(color), light(under)].sort((a, b) => b - a);
    // In a drawing that is shown small a thin line is a pale one, whatever its colour.
    const scale = style.vectorEffect === 'non-scaling-stroke' ? 1 : (element.getScreenCTM?.().a ?? 1);
    const drawn = width === undefined || Number.parseFloat(style[width]) * scale >= 1;
    return {
      ratio: drawn ? (high + 0.05) / (low + 0.05) : 1,
      color: style[property],
      under: under.map(Math.round).join(),
    };
  });
}
