/* Users and their roles. */
import { useQuery, useQueryClient } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { api, got, type Role, type User } from '../../api/client.ts';
import { words } from '../../i18n.ts';
import { Badge, Page } from '../../ui/bits.tsx';
import { Button, Field } from '../../ui/controls.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { Select } from '../../ui/select.tsx';
import { When } from '../../ui/states.tsx';
import { Table } from '../../ui/table.tsx';

export const ROLES: Role[] = ['viewer', 'operator', 'manager'];

export function RoleSelect({ role, onChange }: { role: Role; onChange: (role: Role) => void }) {
  const { t } = words();
  return (
    <Select
      label={t('user.role')}
      value={role}
      hint={t(`user.roleMeans.${role}`)}
      choices={ROLES.map((r) => ({ value: r, label: t(`user.roleName.${r}`) }))}
      onChange={(value) => onChange(value as Role)}
    />
  );
}

function AddUser({ onClose }: { onClose: () => void }) {
  const { t } = words();
  const cache = useQueryClient();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [role, setRole] = useState<Role>('operator');
  async function add() {
    await got(api.POST('/api/v1/users', { body: { email: email.trim(), password, role } }));
    await cache.invalidateQueries({ queryKey: ['users'] });
  }
  return (
    <Confirm label={t('user.add')} action={t('user.add')} isOpen onClose={onClose} onConfirm={add}>
      <Field
        label={t('signIn.email')}
        type="email"
        isNeeded
        autofocus
        value={email}
        onInput={setEmail}
      />
      <Field
        label={t('signIn.password')}
        hint={t('setUp.passwordHint')}
        type="password"
        autocomplete="new-password"
        minLength={12}
        maxLength={256}
        isNeeded
        value={password}
        onInput={setPassword}
      />
      <RoleSelect role={role} onChange={setRole} />
    </Confirm>
  );
}

export function Users() {
  const { t, date } = words();
  const [isAdding, setAdding] = useState(false);
  const users = useQuery({
    queryKey: ['users'],
    queryFn: () => got(api.GET('/api/v1/users', { params: { query: { limit: 100 } } })),
  });
  return (
    <Page
      title={t('nav.users')}
      actions={
        <Button kind="main" icon="plus" onClick={() => setAdding(true)}>
          {t('user.add')}
        </Button>
      }
    >
      <When asked={users} rows={4}>
        {(page) => (
          <Table
            label={t('nav.users')}
            rows={page.items}
            rowKey={(u: User) => u.id}
            columns={[
              { key: 'email', head: t('signIn.email'), class: 'wide', cell: (u) => u.email },
              {
                key: 'role',
                head: t('user.role'),
                cell: (u) => <Badge tone="info">{t(`user.roleName.${u.role}`)}</Badge>,
              },
              { key: 'made', head: t('user.made'), cell: (u) => date(u.created_at) },
            ]}
          />
        )}
      </When>
      {isAdding && <AddUser onClose={() => setAdding(false)} />}
    </Page>
  );
}
