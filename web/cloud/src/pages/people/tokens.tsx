/* API tokens for machines: shown once, revoked at once. */
import { useQuery, useQueryClient } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { api, askAll, got, type Role, type Token } from '../../api/client.ts';
import { words } from '../../i18n.ts';
import { Badge, Copy, Moment, Page } from '../../ui/bits.tsx';
import { Button, Field } from '../../ui/controls.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { Empty, Note, When } from '../../ui/states.tsx';
import { Table } from '../../ui/table.tsx';
import { RoleSelect } from './users.tsx';

function AddToken(props: { onClose: () => void; onMade: (token: string) => void }) {
  const { t } = words();
  const cache = useQueryClient();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('operator');
  async function add() {
    const made = await got(api.POST('/api/v1/tokens', { body: { name: name.trim(), role } }));
    props.onMade(made.token);
    await cache.invalidateQueries({ queryKey: ['tokens'] });
  }
  return (
    <Confirm
      label={t('token.add')}
      action={t('token.add')}
      isOpen
      onClose={props.onClose}
      onConfirm={add}
    >
      <Field
        label={t('token.name')}
        hint={t('token.nameHint')}
        isNeeded
        autofocus
        maxLength={100}
        value={name}
        onInput={setName}
      />
      <RoleSelect role={role} onChange={setRole} />
    </Confirm>
  );
}

function TokenTable({ tokens, onRevoke }: { tokens: Token[]; onRevoke: (token: Token) => void }) {
  const { t, date } = words();
  return (
    <Table
      label={t('nav.tokens')}
      rows={tokens}
      rowKey={(token) => token.id}
      columns={[
        {
          key: 'name',
          head: t('token.name'),
          class: 'wide',
          cell: (token) => <bdi>{token.name}</bdi>,
        },
        {
          key: 'role',
          head: t('user.role'),
          cell: (token) => <Badge tone="info">{t(`user.roleName.${token.role}`)}</Badge>,
        },
        { key: 'made', head: t('user.made'), cell: (token) => date(token.created_at) },
        {
          key: 'used',
          head: t('token.lastUsed'),
          cell: (token) => <Moment at={token.last_used} none={t('token.never')} />,
        },
        {
          key: 'revoke',
          head: t('token.revoke'),
          cell: (token) => (
            <button
              type="button"
              class="small"
              aria-label={t('token.revokeWhat', { name: token.name })}
              onClick={() => onRevoke(token)}
            >
              {t('token.revoke')}
            </button>
          ),
        },
      ]}
    />
  );
}

export function Tokens() {
  const { t } = words();
  const cache = useQueryClient();
  const [isAdding, setAdding] = useState(false);
  const [made, setMade] = useState('');
  const [revoked, setRevoked] = useState<Token>();
  const tokens = useQuery({
    queryKey: ['tokens'],
    queryFn: () => askAll<Token>('/api/v1/tokens'),
  });
  async function revoke() {
    if (!revoked) return;
    await got(api.DELETE('/api/v1/tokens/{id}', { params: { path: { id: revoked.id } } }));
    await cache.invalidateQueries({ queryKey: ['tokens'] });
  }
  return (
    <Page
      title={t('nav.tokens')}
      lead={t('token.lead')}
      actions={
        <Button kind="main" icon="plus" onClick={() => setAdding(true)}>
          {t('token.add')}
        </Button>
      }
    >
      {made && (
        <Note tone="good" title={t('token.once')}>
          <code>{made}</code>
          <Copy text={made} what={t('token.one')} />
        </Note>
      )}
      <When asked={tokens} rows={4}>
        {(page) =>
          page.items.length === 0 ? (
            <Empty title={t('token.none')} />
          ) : (
            <TokenTable tokens={page.items} onRevoke={setRevoked} />
          )
        }
      </When>
      {isAdding && <AddToken onClose={() => setAdding(false)} onMade={setMade} />}
      {revoked && (
        <Confirm
          label={t('token.revokeWhat', { name: revoked.name })}
          action={t('token.revoke')}
          isOpen
          isDanger
          onClose={() => setRevoked(undefined)}
          onConfirm={revoke}
        >
          <p>{t('token.revokeMeans')}</p>
        </Confirm>
      )}
    </Page>
  );
}
