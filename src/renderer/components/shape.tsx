import type { ReactNode } from 'react';
import type { ConnectionShape } from '../../shared/words/describe-connection';

export type ShapeName = ConnectionShape | 'question';

function parts(name: ShapeName): ReactNode {
  switch (name) {
    case 'ok':
      return (
        <>
          <circle className="ground" cx="15" cy="15" r="14" />
          <path className="sign" d="M9 15.4l4.2 4.2 7.9-8.9" />
        </>
      );
    case 'off':
      return (
        <>
          <circle className="ring" cx="15" cy="15" r="12.3" />
          <path className="sign" d="M10.5 15h9" />
        </>
      );
    case 'waiting':
      return <circle className="ring" cx="15" cy="15" r="12.3" strokeDasharray="1 6.73" />;
    case 'busy':
      return (
        <>
          <circle className="ring thin" cx="15" cy="15" r="12.3" />
          <path className="ring arc" d="M15 2.7A12.3 12.3 0 0 1 27.3 15" />
          <g className="dots">
            <circle className="dot" cx="6" cy="15" r="2.8" />
            <circle className="dot" cx="15" cy="15" r="2.8" />
            <circle className="dot" cx="24" cy="15" r="2.8" />
          </g>
        </>
      );
    case 'direct':
      return (
        <>
          <rect className="ground" x="1.5" y="1.5" width="27" height="27" rx="8" />
          <path className="sign" d="M8.5 15h13M16 9.5l5.5 5.5-5.5 5.5" />
        </>
      );
    case 'warn':
      return (
        <>
          <path
            className="ground"
            d="M12.6 3.2 1.3 23.7c-1 1.8.3 4.1 2.4 4.1h22.6c2.1 0 3.4-2.3 2.4-4.1L17.4 3.2c-1-1.9-3.8-1.9-4.8 0z"
          />
          <path className="sign" d="M15 10.8v7M15 22.7h.01" />
        </>
      );
    case 'bad':
      return (
        <>
          <path
            className="ground"
            d="M9.2 1.5h11.6l7.7 7.7v11.6l-7.7 7.7H9.2l-7.7-7.7V9.2z"
            strokeLinejoin="round"
          />
          <path className="sign" d="M10.5 10.5l9 9M19.5 10.5l-9 9" />
        </>
      );
    case 'question':
      return (
        <>
          <circle className="ring" cx="15" cy="15" r="12.3" />
          <path className="sign" d="M11.6 11.8a3.5 3.5 0 1 1 5.1 3.1c-1.1.6-1.7 1.2-1.7 2.3M15 21.2h.01" />
        </>
      );
  }
}

/** The form of a state. It is decoration: what it says stands beside it as words. */
export function Shape({
  name,
  size = 'large',
}: {
  readonly name: ShapeName;
  readonly size?: 'large' | 'middle';
}): ReactNode {
  return (
    <svg className={`shape ${name} ${size}`} viewBox="0 0 30 30" aria-hidden="true">
      {parts(name)}
    </svg>
  );
}
