import '@shopify/ui-extensions/preact';
import { render } from 'preact';
import { SendDialog } from './send-dialog.tsx';

export default async () => {
  render(<SendDialog ids={shopify.data.selected.map((one) => one.id)} />, document.body);
};
