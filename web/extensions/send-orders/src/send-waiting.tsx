import '@shopify/ui-extensions/preact';
import { render } from 'preact';
import { SendDialog } from './send-dialog.tsx';

export default async () => {
  render(<SendDialog ids={undefined} />, document.body);
};
