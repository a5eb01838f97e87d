import type { ReactNode } from 'react';

// The program's own drawings on a grid of 16, stroked in the current colour. One meaning has one shape: before a shape is
// added or used for something new, look whether the meaning has one already.
export const shapes = {
  write: (
    <>
      <path d="M3 13l.6-2.7 7.2-7.2a1.3 1.3 0 0 1 1.9 0l.2.2a1.3 1.3 0 0 1 0 1.9l-7.2 7.2z" />
      <path d="M9.6 4.4l2 2" />
    </>
  ),
  create: (
    <>
      <rect x="2.5" y="2.5" width="11" height="11" rx="2" />
      <path d="M8 5.5v5M5.5 8h5" />
    </>
  ),
  delete: <path d="M3 4.5h10M6.3 4.3V3h3.4v1.3M4.3 4.5l.6 8.5h6.2l.6-8.5M6.8 7v3.6M9.2 7v3.6" />,
  login: <path d="M9 2.8h3.2a1 1 0 0 1 1 1v8.4a1 1 0 0 1-1 1H9M2.5 8h6.6M6.6 5.5L9.1 8l-2.5 2.5" />,
  logout: <path d="M7 2.8H3.8a1 1 0 0 0-1 1v8.4a1 1 0 0 0 1 1H7M6.5 8h7M11 5.5L13.5 8 11 10.5" />,
  open: (
    <>
      <rect x="2.3" y="3" width="11.4" height="10" rx="1.5" />
      <path d="M2.3 6h11.4M7 11l2.6-2.4M9.8 10.6V8.4H7.6" />
    </>
  ),
  connect: <path d="M6 2.5v3M10 2.5v3M4.3 5.5h7.4v2.2a3.7 3.7 0 0 1-7.4 0zM8 11.4v2.1" />,
  ssh: (
    <>
      <rect x="2.3" y="3" width="11.4" height="10" rx="1.5" />
      <path d="M4.8 6.2L6.6 8l-1.8 1.8M8.3 10h2.6" />
    </>
  ),
  stop: <rect x="4" y="4" width="8" height="8" rx="1" />,
  enqueue: <path d="M2.5 4h8M2.5 8h8M2.5 12h4.5M11.8 9.8v4M9.8 11.8h4" />,
  start: <path d="M5.3 3.6v8.8L12.3 8z" />,
  auto_off: (
    <>
      <circle cx="8" cy="8" r="5.7" />
      <rect x="6" y="6" width="4" height="4" rx=".6" />
    </>
  ),
  auto_start: (
    <>
      <circle cx="8" cy="8" r="5.7" />
      <path d="M6.7 5.7v4.6L10.4 8z" />
    </>
  ),
  cordon: (
    <>
      <circle cx="8" cy="8" r="5.7" />
      <path d="M5 8h6" />
    </>
  ),
  uncordon: (
    <>
      <circle cx="8" cy="8" r="5.7" />
      <path d="M5.6 8.2l1.7 1.7 3.1-3.5" />
    </>
  ),
  disconnect: <path d="M6 2.5v3M10 2.5v3M4.3 5.5h7.4v2.2a3.7 3.7 0 0 1-7.4 0zM8 11.4v2.1M2.5 13.5l11-11" />,
  close: (
    <>
      <rect x="2.3" y="3" width="11.4" height="10" rx="1.5" />
      <path d="M2.3 6h11.4M6.6 8.1l2.8 2.8M9.4 8.1l-2.8 2.8" />
    </>
  ),
  register: (
    <>
      <circle cx="6.5" cy="5.3" r="2.5" />
      <path d="M2.3 13a4.2 4.2 0 0 1 8.4 0M12 5.2v4M10 7.2h4" />
    </>
  ),
  request_password_reset: (
    <>
      <circle cx="5.3" cy="10.7" r="2.6" />
      <path d="M7.2 8.8l6-6M10.8 5.2l2 2M9 7l1.3 1.3" />
    </>
  ),
  read: (
    <path d="M8 4.3C6.6 3.2 4.6 3 2.5 3.2v9c2.1-.2 4.1 0 5.5 1.1 1.4-1.1 3.4-1.3 5.5-1.1v-9C11.4 3 9.4 3.2 8 4.3zM8 4.3v9" />
  ),
  view: (
    <>
      <path d="M1.8 8S4 3.9 8 3.9 14.2 8 14.2 8 12 12.1 8 12.1 1.8 8 1.8 8z" />
      <circle cx="8" cy="8" r="1.9" />
    </>
  ),
  search: (
    <>
      <circle cx="7" cy="7" r="4.2" />
      <path d="M10.2 10.2L13.5 13.5" />
    </>
  ),
  down: <path d="M4.5 6.3L8 9.8l3.5-3.5" />,
  right: <path d="M6.3 4.5L9.8 8l-3.5 3.5" />,
  up: <path d="M4.5 9.8L8 6.3l3.5 3.5" />,
  left: <path d="M9.8 4.5L6.3 8l3.5 3.5" />,
  x: <path d="M4.5 4.5l7 7M11.5 4.5l-7 7" />,
  check: <path d="M3.5 8.4l3 3 6-6.6" />,
  minus: <path d="M3.5 8h9" />,
  plus: <path d="M8 3.5v9M3.5 8h9" />,
  equal: <path d="M3.5 6h9M3.5 10h9" />,
  notequal: <path d="M3.5 6h9M3.5 10h9M10.5 3l-5 10" />,
  swap: <path d="M3 6h9.5M10 3.5L12.5 6M13 10H3.5M6 12.5L3.5 10" />,
  power: <path d="M8 2.5v5M4.9 4.4a4.8 4.8 0 1 0 6.2 0" />,
  undo: <path d="M5.5 3.5L2.8 6.2l2.7 2.7M3 6.2h6.2a3.6 3.6 0 0 1 0 7.2H6" />,
  redo: <path d="M10.5 3.5l2.7 2.7-2.7 2.7M13 6.2H6.8a3.6 3.6 0 0 0 0 7.2H10" />,
  import: <path d="M8 2.5v7M5.2 6.9L8 9.7l2.8-2.8M2.8 10.5v2a1 1 0 0 0 1 1h8.4a1 1 0 0 0 1-1v-2" />,
  export: <path d="M8 9.7v-7M5.2 5.3L8 2.5l2.8 2.8M2.8 10.5v2a1 1 0 0 0 1 1h8.4a1 1 0 0 0 1-1v-2" />,
  file: (
    <>
      <path d="M4 2.5h5l3 3v8H4z" />
      <path d="M9 2.5v3h3" />
    </>
  ),
  folder: <path d="M2.3 4.3a1 1 0 0 1 1-1h3l1.4 1.6h5a1 1 0 0 1 1 1v5.8a1 1 0 0 1-1 1H3.3a1 1 0 0 1-1-1z" />,
  case: (
    <>
      <rect x="2.3" y="4.8" width="11.4" height="8.4" rx="1.3" />
      <path d="M5.8 4.8V3.3h4.4v1.5M2.3 8.4h11.4" />
    </>
  ),
  lock: (
    <>
      <rect x="3.6" y="7" width="8.8" height="6.3" rx="1.2" />
      <path d="M5.6 7V5.2a2.4 2.4 0 0 1 4.8 0V7" />
    </>
  ),
  link: (
    <path d="M6.8 9.2l2.4-2.4M7.4 4.9l1.5-1.5a2.6 2.6 0 0 1 3.7 3.7l-1.5 1.5M8.6 11.1l-1.5 1.5a2.6 2.6 0 0 1-3.7-3.7l1.5-1.5" />
  ),
  failed: (
    <>
      <path d="M5.6 2.3h4.8l3.3 3.3v4.8l-3.3 3.3H5.6l-3.3-3.3V5.6z" fill="currentColor" stroke="none" />
      <path d="M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4" stroke="var(--surface)" />
    </>
  ),
  crossed: <path d="M2.5 4.5h2l7 7h2M11.8 9.8l1.7 1.7-1.7 1.7M2.5 11.5h2l2-2M9.5 6.5l2-2h2M11.8 2.8l1.7 1.7-1.7 1.7" />,
  shieldup: (
    <>
      <path d="M8 2.2l5 1.9v3.5c0 3-2.1 5.2-5 6.2-2.9-1-5-3.2-5-6.2V4.1z" />
      <path d="M8 10.4V6.2M6.2 7.8L8 6l1.8 1.8" />
    </>
  ),
  shield: (
    <>
      <path d="M8 2.2l5 1.9v3.5c0 3-2.1 5.2-5 6.2-2.9-1-5-3.2-5-6.2V4.1z" />
      <path d="M5.7 7.9l1.7 1.7 3-3.2" />
    </>
  ),
  cannot: (
    <>
      <circle cx="8" cy="8" r="5.6" />
      <path d="M4 4l8 8" />
    </>
  ),
  warn: (
    <>
      <path d="M8 2.6l6 10.6H2zM8 6.6v3.2" />
      <path d="M8 11.6v.1" />
    </>
  ),
  copy: (
    <>
      <rect x="5.5" y="5.5" width="8" height="8" rx="1.3" />
      <path d="M10.5 5.5V3.3a.8.8 0 0 0-.8-.8H3.3a.8.8 0 0 0-.8.8v6.4c0 .4.4.8.8.8h2.2" />
    </>
  ),
  arrow: <path d="M2.5 8h10.5M9.8 4.8L13 8l-3.2 3.2" />,
  columns: (
    <>
      <rect x="2.3" y="3" width="11.4" height="10" rx="1.3" />
      <path d="M6.2 3v10M9.9 3v10" />
    </>
  ),
  star: <path d="M4 2.8h8v10.7l-4-2.8-4 2.8z" />,
  sort: <path d="M5 3v10M2.8 10.8L5 13l2.2-2.2M9 4h4.5M9 8h3.2M9 12h2" />,
  sortd: <path d="M8 3.5v9M4.8 9.3L8 12.5l3.2-3.2" />,
  clock: (
    <>
      <circle cx="8" cy="8" r="5.6" />
      <path d="M8 4.8V8l2 1.4" />
    </>
  ),
  pause: <path d="M5.8 4v8M10.2 4v8" />,
  text: <path d="M3 4h10M3 8h10M3 12h6" />,
} as const satisfies Record<string, ReactNode>;

export type IconName = keyof typeof shapes;
