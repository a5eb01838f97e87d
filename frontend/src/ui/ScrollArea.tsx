import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';

export interface ScrollAreaProps {
  /** For screen readers, while it scrolls. */
  readonly label: string;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

/** What scrolls must be reachable by keys, also where nothing inside takes the focus: a stop for the Tab key while it overflows. */
export function ScrollArea({ label, className, children }: ScrollAreaProps) {
  const area = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const [overflows, setOverflows] = useState(false);
  useLayoutEffect(() => {
    const el = area.current;
    if (el === null || content.current === null) return;
    const measure = () => setOverflows(el.scrollHeight > el.clientHeight + 1 || el.scrollWidth > el.clientWidth + 1);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(el);
    observer.observe(content.current);
    return () => observer.disconnect();
  }, []);
  const stop = overflows ? { tabIndex: 0, role: 'group', 'aria-label': label } : {};
  return (
    <div ref={area} className={className} {...stop}>
      <div ref={content}>{children}</div>
    </div>
  );
}
