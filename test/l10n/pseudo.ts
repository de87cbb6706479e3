// A made-up language: every letter of ours is a wide one, and the places of a clause stand in the opposite order. What is left in
// plain letters was not translated.

const PLACES = /\{[\w-]+\}/g;
/** Between these, places keep to their clause: a clause whose place is empty is left out. */
const CLAUSES = /( · |(?<=\.) |; )/;

const wide = (text: string): string =>
  text.replace(/[A-Za-z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0));

function clause(text: string): string {
  const places = [...text.matchAll(PLACES)].map(([place]) => place).reverse();
  return text
    .split(/(\{[\w-]+\})/)
    .map((part, at) => (at % 2 === 1 ? places[(at - 1) / 2]! : wide(part)))
    .join('');
}

/** A template in that language. */
export const pseudo = (template: string): string =>
  template
    .split(CLAUSES)
    .map((part, at) => (at % 2 === 1 ? part : clause(part)))
    .join('');

/** The words of a text that are in plain letters. */
export const plainWords = (text: string): string[] => text.match(/[A-Za-z]+/g) ?? [];
