import { type ReactNode, useState } from 'react';
import { usePanel } from '../panel-context';
import { IconButton } from './button';
import { TextField } from './text-field';

/** The field of a password, hidden until the eye is pressed. */
export function PasswordField({
  label,
  value,
  onChange,
  hint,
  placeholder,
  isBad = false,
  isReadOnly = false,
  hasFocusFirst = false,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hint?: string | undefined;
  readonly placeholder?: string;
  readonly isBad?: boolean;
  readonly isReadOnly?: boolean;
  readonly hasFocusFirst?: boolean;
}): ReactNode {
  const { words } = usePanel();
  const [isShown, setIsShown] = useState(false);
  return (
    <TextField
      label={label}
      value={value}
      onChange={onChange}
      type={isShown ? 'text' : 'password'}
      hint={hint}
      isBad={isBad}
      isReadOnly={isReadOnly}
      hasFocusFirst={hasFocusFirst}
      {...(placeholder === undefined ? {} : { placeholder })}
      after={
        <IconButton
          icon={isShown ? 'eye-off' : 'eye'}
          name={isShown ? words.common.hidePassword : words.common.showPassword}
          onClick={() => setIsShown(!isShown)}
        />
      }
    />
  );
}
