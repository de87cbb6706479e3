// Making elements. What a trace says only ever becomes text nodes and attributes that hold plain words.

const SVG = 'http://www.w3.org/2000/svg';

type Attributes = Readonly<Record<string, string | number>>;

/** An SVG element with its attributes and children; a string becomes a text node. */
export function svg(name: string, attributes: Attributes = {}, ...children: (Element | string)[]): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element as SVGElement;
}

/** The same for HTML. */
export function html(name: string, attributes: Attributes = {}, ...children: (Element | string)[]): HTMLElement {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

/** What of a drawing's style an SVG file carries itself, since it has no theme. */
const STYLES = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
  'paint-order',
];
/** What only the live drawing needs. */
const LIVE = ['class', 'tabindex', 'role', 'aria-label', 'aria-hidden', 'data-at'];

/** The drawings below each other as one SVG file with a title, and with the colours that they have now. */
export function standalone(drawings: readonly SVGSVGElement[], title: string): string {
  const gap = 24;
  let y = gap;
  let width = 0;
  const root = svg('svg', { xmlns: SVG });
  root.append(svg('title', {}, title));
  const background = svg('rect', { x: 0, y: 0, fill: getComputedStyle(document.body).backgroundColor });
  root.append(background);
  for (const drawing of drawings) {
    const copy = drawing.cloneNode(true) as SVGSVGElement;
    const { width: w, height: h } = drawing.viewBox.baseVal;
    const originals = [drawing, ...drawing.querySelectorAll('*')];
    [copy, ...copy.querySelectorAll('*')].forEach((element, at) => {
      const style = getComputedStyle(originals[at]!);
      for (const name of STYLES) element.setAttribute(name, style.getPropertyValue(name));
      for (const name of LIVE) element.removeAttribute(name);
    });
    for (const [name, value] of Object.entries({ x: gap, y, width: w, height: h }))
      copy.setAttribute(name, String(value));
    root.append(copy);
    y += h + gap;
    width = Math.max(width, w);
  }
  for (const element of [root, background]) {
    element.setAttribute('width', String(width + 2 * gap));
    element.setAttribute('height', String(y));
  }
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(root)}\n`;
}
