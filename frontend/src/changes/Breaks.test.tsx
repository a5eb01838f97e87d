import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import type { Break, Change } from '../backend/types';
import { Breaks, ChangeTags } from './Marks';

const broken: Break = {
  after_event: '7K2M-9QXD-41TB',
  after_time: '2026-02-01T00:00:00Z',
  value_then: 'a',
  before_event: '0000-1111-2222',
  before_time: '2026-02-03T00:00:00Z',
  old_logged: 'x\u202e',
  gaps: 2,
  words: 'the log lacks a change: event 7K2M-9QXD-41TB left a, event 0000-1111-2222 logs x\u202e as the value before',
};
const change: Change = { field: 'name', kind: 'text', basis: 'logged', words: 'x → b', continuity: 'break before' };

describe('a break', () => {
  it('says what each side says, the stretches in between, and opens the change before it', async () => {
    const open = vi.fn();
    render(<Breaks change={{ ...change, break_before: broken }} onOpenEvent={open} />);
    expect(screen.getByText(/2 stretches without records in between/)).toBeInTheDocument();
    expect(document.body.textContent).not.toContain('\u202e');
    await userEvent.click(screen.getByRole('button', { name: 'Show the change before it' }));
    expect(open).toHaveBeenCalledExactlyOnceWith('7K2M-9QXD-41TB');
  });

  it('opens the change after it from the other end', async () => {
    const open = vi.fn();
    render(<Breaks change={{ ...change, break_after: { ...broken, gaps: 0 } }} onOpenEvent={open} />);
    expect(screen.queryByText(/without records/)).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Show the change after it' }));
    expect(open).toHaveBeenCalledExactlyOnceWith('0000-1111-2222');
  });

  it('is marked in the table at both ends', () => {
    render(<ChangeTags change={{ ...change, break_before: broken, break_after: broken }} />);
    expect(screen.getByText('break before')).toBeInTheDocument();
    expect(screen.getByText('break after')).toBeInTheDocument();
  });

  it('is not said where there is none', () => {
    const { container } = render(<Breaks change={change} onOpenEvent={() => undefined} />);
    expect(container).toBeEmptyDOMElement();
  });
});
