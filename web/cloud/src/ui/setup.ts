/* Web Awesome: only the controls the console uses, with icons from our own
   file; its usual ones come from addresses our policy does not allow. */
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/dialog/dialog.js';
import '@awesome.me/webawesome/dist/components/input/input.js';
import { registerIconLibrary } from '@awesome.me/webawesome/dist/components/icon/library.js';
import type { CustomElements } from '@awesome.me/webawesome/dist/custom-elements-jsx.d.ts';
import sprite from '../assets/icons.svg?url';

/* One that is drawn from a file has no size of its own, so it is 300 px wide, unseen;
   a dialog with a cross could then be scrolled sideways. */
const square = (svg: SVGElement) => svg.setAttribute('viewBox', '0 0 16 16');

for (const library of ['system', 'default']) {
  registerIconLibrary(library, {
    resolver: (name) => `${sprite}#wa-${name}`,
    mutator: square,
    spriteSheet: true,
  });
}

type Used = Pick<
  CustomElements,
  | 'wa-button'
  | 'wa-checkbox'
  | 'wa-dialog'
  | 'wa-input'
  | 'wa-option'
  | 'wa-progress-bar'
  | 'wa-select'
  | 'wa-switch'
  | 'wa-textarea'
>;

declare module 'preact' {
  namespace createElement.JSX {
    interface IntrinsicElements extends Used {}
  }
}
