// What the picture's webview and the extension say to each other. The webview names boxes and bars by number only: where they lead
// is known to the extension alone.

import type { PictureView } from '../../../server/src/host/protocol.js';
import type { PictureWords } from './words.js';

export type ToPicture =
  | { readonly type: 'picture'; readonly picture: PictureView; readonly words: PictureWords }
  | { readonly type: 'save' };

export type FromPicture =
  | { readonly type: 'ready' }
  | { readonly type: 'box'; readonly at: number }
  | { readonly type: 'bar'; readonly axis: number; readonly at: number }
  | { readonly type: 'svg'; readonly text: string };
