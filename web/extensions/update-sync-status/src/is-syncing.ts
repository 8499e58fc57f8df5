/* Shown only on an order that is syncing: its tag says so. */
const TAG = 'logivery-syncing';

export default async () => {
  const id = shopify.data.selected[0]?.id;
  const { data } = await shopify.query<{ order: { tags: string[] } | null }>(
    'query Tags($id: ID!) { order(id: $id) { tags } }',
    { variables: { id } },
  );
  const tags = data?.order?.tags ?? [];
  return { display: tags.some((tag) => tag.trim().toLowerCase() === TAG) };
};
