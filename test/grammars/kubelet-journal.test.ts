// Colours, words, names and speed of the journal language. The cases are text: kubelet-journal.md.
import { checkLanguage } from './check.js';

await checkLanguage('kubelet-journal');
