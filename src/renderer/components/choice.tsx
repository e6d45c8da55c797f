import { type ReactNode, useId } from 'react';
import { Icon, type IconName } from './icon';

/** One radio button of a list, with a line of explanation and perhaps more below. */
export function Choice({
  group,
  isChosen,
  onChoose,
  title,
  detail,
  icon,
  children,
  isStrong = false,
}: {
  readonly group: string;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
  readonly title: string;
  readonly detail: string;
  readonly icon: IconName;
  readonly children?: ReactNode;
  readonly isStrong?: boolean;
}): ReactNode {
  const id = useId();
  return (
    <label className="choice">
      <input
        type="radio"
        name={group}
        checked={isChosen}
        onChange={onChoose}
        aria-labelledby={`${id}title`}
        aria-describedby={`${id}detail`}
      />
      <div className="row-text">
        <div id={`${id}title`}>{isStrong ? <b>{title}</b> : title}</div>
        <div id={`${id}detail`}>
          <small>{detail}</small>
          {children}
        </div>
      </div>
      <Icon name={icon} />
    </label>
  );
}
