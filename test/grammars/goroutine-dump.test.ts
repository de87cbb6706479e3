// Colours, words, names and speed of the goroutine dump language. The cases are text: goroutine-dump.md.
import { checkLanguage } from './check.js';

await checkLanguage('goroutine-dump', 'example.com/shop/cart.(*Basket).Add(0xc000112140, 0x5?)');
