import { type FormEvent, type ReactNode, useState } from 'react';
import { readSocksName, readSocksPassword } from '../../shared/fields';
import { Button } from '../components/button';
import { Note } from '../components/note';
import { PasswordField } from '../components/password-field';
import { TextField } from '../components/text-field';
import { RemovableTags } from '../components/removable-tags';
import { usePanel } from '../panel-context';

/** Who may connect by SOCKS5. The passwords go to the Keychain, and are never shown again. */
export function SocksUsers(): ReactNode {
  const { state, words, perform } = usePanel();
  const { socksUsers, socks } = state.settings;
  const said = words.socksAndTunnels;
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [isTried, setIsTried] = useState(false);
  const [isSaving, setIsSaving] = useState(false);
  const user = readSocksName(name);
  const secret = readSocksPassword(password);
  const error = (reading: typeof user): string | undefined =>
    isTried && reading.kind === 'bad' ? words.field(reading.problem) : undefined;
  const isKnown = user.kind === 'good' && socksUsers.includes(user.value);
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setIsTried(true);
    if (user.kind === 'bad' || secret.kind === 'bad' || isSaving) return;
    setIsSaving(true);
    const { kind } = await perform({ kind: 'set-socks-user', user: user.value, password: secret.value });
    setIsSaving(false);
    if (kind !== 'done') return;
    setName('');
    setPassword('');
    setIsTried(false);
  };
  return (
    <>
      <h2 className="label">{said.users}</h2>
      <form className="card pad" onSubmit={(event) => void save(event)}>
        {socksUsers.length === 0 ? (
          <p className="note">{said.usersEmpty}</p>
        ) : (
          <RemovableTags
            label={said.users}
            entries={socksUsers}
            removeLabel={said.remove}
            onRemove={(entry) => void perform({ kind: 'remove-socks-user', user: entry })}
          />
        )}
        <TextField
          label={said.userName}
          value={name}
          onChange={(text) => {
            setName(text);
            setIsTried(false);
          }}
          error={error(user)}
        />
        <PasswordField
          label={said.userPassword}
          value={password}
          onChange={(text) => {
            setPassword(text);
            setIsTried(false);
          }}
          hint={error(secret)}
          isBad={error(secret) !== undefined}
        />
        <div className="actions">
          <Button type="submit" size="small" isDisabled={isSaving}>
            {isKnown ? said.changePassword : said.addUser}
          </Button>
        </div>
      </form>
      {socks.length === 0 && socksUsers.length === 0 ? null : <Note icon="lock">{said.usersNote}</Note>}
    </>
  );
}
