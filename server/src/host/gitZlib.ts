// What reading a git repository asks of pako, by Node's own zlib: half of the library's size stays out of the bundle.

import { inflateSync } from 'node:zlib';

export default {
  inflate: (packed: Uint8Array): Uint8Array => inflateSync(packed),
};
