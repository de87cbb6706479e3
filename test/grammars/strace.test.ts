// Colours, words, names and speed of the strace language. The cases are text: strace.md.
import { checkLanguage } from './check.js';

await checkLanguage(
  'strace',
  '1249  09:47:15.953600 write(5<pipe:[7]>, "a\\n"..., 168) = -1 EPIPE (Broken pipe) <0.000012>',
);
