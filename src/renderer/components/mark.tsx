import type { ReactNode } from 'react';

/** The app's sign: a key on the accent. */
export function Mark(): ReactNode {
  return (
    <svg className="mark" viewBox="0 0 48 48" aria-hidden="true">
      <rect className="mark-ground" width="48" height="48" rx="11" />
      <path
        className="mark-key"
        d="M16.5 14.500a9.500 9.500 0 0 1 9.200 7.100H39c.9 0 1.600.7 1.600 1.600V31c0 .6-.4 1-1 1h-2.800c-.6 0-1-.4-1-1v-3h-2.600v2c0 .6-.4 1-1 1h-2.200c-.6 0-1-.4-1-1v-2h-3.200a9.500 9.500 0 1 1-9.300-13.500zm0 6.300a3.200 3.200 0 1 0 0 6.400 3.200 3.200 0 0 0 0-6.400z"
      />
    </svg>
  );
}
