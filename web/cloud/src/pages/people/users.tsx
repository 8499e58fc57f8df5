/* Users and their roles. */
import { useQuery, useQueryClient } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { api, askAll, got, leave, type Role, session, type User } from '../../api/client.ts';
import { words } from '../../i18n.ts';
import { Badge, Page } from '../../ui/bits.tsx';
import { Button, Field } from '../../ui/controls.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { RowSelect, Select } from '../../ui/select.tsx';
import { ErrorNote, When } from '../../ui/states.tsx';
import { Table } from '../../ui/table.tsx';

export const ROLES: Role[] = ['viewer', 'operator', 'manager'];

const roleChoices = () => ROLES.map((r) => ({ value: r, label: words().t(`user.roleName.${r}`) }));

export function RoleSelect({ role, onChange }: { role: Role; onChange: (role: Role) => void }) {
  const { t } = words();
  return (
    <Select
      label={t('user.role')}
      value={role}
      hint={t(`user.roleMeans.${role}`)}
      choices={roleChoices()}
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

function RoleOf({ user, onFailure }: { user: User; onFailure: (failure: unknown) => void }) {
  const { t } = words();
  const cache = useQueryClient();
  async function set(role: Role) {
    onFailure(undefined);
    const params = { path: { id: user.id } };
    await got(api.PATCH('/api/v1/users/{id}', { params, body: { role } })).catch(onFailure);
    await cache.invalidateQueries({ queryKey: ['users'] });
  }
  return (
    <RowSelect
      label={t('user.roleOf', { email: user.email })}
      value={user.role}
      choices={roleChoices()}
      onChange={(value) => set(value as Role)}
    />
  );
}

function UserTable(props: {
  users: User[];
  onRemove: (user: User) => void;
  onFailure: (failure: unknown) => void;
}) {
  const { t, date } = words();
  const isMe = (u: User) => u.id === session.value?.user.id;
  return (
    <Table
      label={t('nav.users')}
      rows={props.users}
      rowKey={(u) => u.id}
      columns={[
        {
          key: 'email',
          head: t('signIn.email'),
          class: 'wide',
          cell: (u) => (
            <span class="row">
              <bdi>{u.email}</bdi>
              {isMe(u) && <Badge tone="info">{t('user.you')}</Badge>}
            </span>
          ),
        },
        {
          key: 'role',
          head: t('user.role'),
          cell: (u) => <RoleOf user={u} onFailure={props.onFailure} />,
        },
        { key: 'made', head: t('user.made'), cell: (u) => date(u.created_at) },
        {
          key: 'remove',
          head: t('user.remove'),
          cell: (u) => (
            <button
              type="button"
              class="small"
              aria-label={t('user.removeWhat', { email: u.email })}
              onClick={() => props.onRemove(u)}
            >
              {t('user.remove')}
            </button>
          ),
        },
      ]}
    />
  );
}

export function Users() {
  const { t } = words();
  const cache = useQueryClient();
  const [isAdding, setAdding] = useState(false);
  const [removed, setRemoved] = useState<User>();
  const [failure, setFailure] = useState<unknown>();
  const users = useQuery({
    queryKey: ['users'],
    queryFn: () => askAll<User>('/api/v1/users'),
  });
  async function remove() {
    if (!removed) return;
    await got(api.DELETE('/api/v1/users/{id}', { params: { path: { id: removed.id } } }));
    if (removed.id === session.value?.user.id) leave();
    await cache.invalidateQueries({ queryKey: ['users'] });
  }
  return (
    <Page
      title={t('nav.users')}
      actions={
        <Button kind="main" icon="plus" onClick={() => setAdding(true)}>
          {t('user.add')}
        </Button>
      }
    >
      {failure !== undefined && <ErrorNote error={failure} />}
      <When asked={users} rows={4}>
        {(page) => <UserTable users={page.items} onRemove={setRemoved} onFailure={setFailure} />}
      </When>
      {isAdding && <AddUser onClose={() => setAdding(false)} />}
      {removed && (
        <Confirm
          label={t('user.removeWhat', { email: removed.email })}
          action={t('user.remove')}
          isOpen
          isDanger
          onClose={() => setRemoved(undefined)}
          onConfirm={remove}
        >
          <p>{t('user.removeMeans')}</p>
        </Confirm>
      )}
    </Page>
  );
}
