// The script of the picture's webview: draws what the extension sends, tells it what was chosen. It reads nothing else.

import type { PictureView } from '../../../server/src/host/protocol.js';
import { drawGraph } from './graph.js';
import type { Measure } from './layout.js';
import type { FromPicture, ToPicture } from './messages.js';
import { html, standalone } from './svg.js';
import { drawAxis } from './timeline.js';
import type { PictureWords } from './words.js';

declare function acquireVsCodeApi(): { postMessage(message: FromPicture): void };

const vscode = acquireVsCodeApi();
const main = document.querySelector('main')!;
let drawings: SVGSVGElement[] = [];
/** They come with the first picture. */
let words: PictureWords;
let zoom = 1;

const measure = ((): Measure => {
  const context = document.createElement('canvas').getContext('2d')!;
  const { fontFamily } = getComputedStyle(document.body);
  return (text, bold) => {
    context.font = `${bold ? 'bold ' : ''}13px ${fontFamily}`;
    return context.measureText(text).width;
  };
})();

/** Sizes the drawings: attributes of our own making, since the policy allows no style in them. */
function resize(): void {
  for (const drawing of drawings) {
    const { width, height } = drawing.viewBox.baseVal;
    drawing.setAttribute('width', String(Math.round(width * zoom)));
    drawing.setAttribute('height', String(Math.round(height * zoom)));
  }
}

function zoomTo(value: number): void {
  zoom = Math.min(3, Math.max(0.2, value));
  resize();
}

/** As large as fits, but readable. */
function fitWidth(least: number): void {
  const widest = Math.max(1, ...drawings.map((drawing) => drawing.viewBox.baseVal.width));
  zoomTo(Math.max(least, Math.min(1, (document.documentElement.clientWidth - 32) / widest)));
}

function button(text: string, label: string, run: () => void): HTMLElement {
  const element = html('button', { type: 'button', 'aria-label': label, title: label }, text);
  element.addEventListener('click', run);
  return element;
}

const save = (): void => vscode.postMessage({ type: 'svg', text: standalone(drawings, words.file) });

function draw(picture: PictureView): void {
  const first = drawings.length === 0;
  const focused = document.activeElement?.getAttribute('aria-label');
  drawings = [];
  const parts: Element[] = [
    html(
      'div',
      { class: 'tools', role: 'toolbar', 'aria-label': words.picture },
      button('−', words.smaller, () => zoomTo(zoom / 1.25)),
      button('+', words.larger, () => zoomTo(zoom * 1.25)),
      button(words.fit, words.fitWidth, () => fitWidth(0.2)),
      button(words.save, words.save, save),
    ),
  ];
  if (picture.boxes.length === 0) parts.push(html('p', {}, words.nobody));
  else {
    drawings.push(drawGraph(picture, words.keys, measure, (at) => vscode.postMessage({ type: 'box', at })));
    parts.push(html('h2', {}, words.title), html('div', { class: 'scroll' }, drawings[0]!), ...legend(picture));
  }
  picture.timeline.forEach((axis, index) => {
    const drawing = drawAxis(axis, measure, (at) => vscode.postMessage({ type: 'bar', axis: index, at }));
    drawings.push(drawing);
    parts.push(html('h2', {}, axis.title), html('div', { class: 'scroll' }, drawing));
    if (axis.more > 0) parts.push(html('p', { class: 'note' }, filled(words.moreBars, axis.more)));
  });
  if (picture.boxes.length > 0) parts.push(asList(picture));
  main.replaceChildren(...parts);
  if (first) fitWidth(0.6);
  else resize();
  // After a change the keyboard stays where it was, if that is still there.
  if (focused)
    [...main.querySelectorAll<SVGElement | HTMLElement>('[tabindex], button')]
      .find((element) => element.getAttribute('aria-label') === focused)
      ?.focus();
}

function legend({ boxes, arrows, more }: PictureView): Element[] {
  const lines = [words.arrows];
  if (arrows.some(({ sure }) => sure === 'likely')) lines.push(words.likely);
  if (arrows.some(({ sure }) => sure === 'possible')) lines.push(words.possible);
  if (boxes.some(({ kind }) => kind === 'group')) lines.push(words.group);
  if (more > 0) lines.push(filled(words.moreBoxes, more));
  return [html('p', { class: 'note' }, lines.join(' '))];
}

const filled = (template: string, count: number): string => template.replace('{0}', count.toLocaleString('en-US'));

/** The same without a picture. */
function asList({ boxes }: PictureView): Element {
  const items = boxes.map((box, at) => {
    if (!box.location) return html('li', {}, box.text);
    const link = html('button', { type: 'button', class: 'link' }, box.text);
    link.addEventListener('click', () => vscode.postMessage({ type: 'box', at }));
    return html('li', {}, link);
  });
  return html('details', {}, html('summary', {}, words.list), html('ol', {}, ...items));
}

window.addEventListener('message', ({ data }: MessageEvent<ToPicture>) => {
  if (data.type === 'picture') {
    words = data.words;
    draw(data.picture);
  } else if (data.type === 'save' && words) save();
});
window.addEventListener(
  'wheel',
  (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoomTo(zoom * (event.deltaY < 0 ? 1.1 : 1 / 1.1));
  },
  { passive: false },
);
vscode.postMessage({ type: 'ready' });
