import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import type { Timeline } from '../backend/types';
import { TimelineChart } from './TimelineChart';

vi.setConfig({ testTimeout: 30_000 });

const timeline: Timeline = {
  bucket: 'day',
  zone: 'UTC',
  buckets: [
    { start: '2026-06-01T00:00:00Z', count: 5, failed: 1 },
    { start: '2026-06-02T00:00:00Z', count: 0, failed: 0 },
    { start: '2026-06-03T00:00:00Z', count: 7, failed: 0 },
  ],
};
const gaps = [{ deployment: 'coder.acme.example', from: '2026-06-02T00:00:00Z', to: '2026-06-03T00:00:00Z' }];

function drawn() {
  const onRange = vi.fn();
  render(<TimelineChart timeline={timeline} gaps={gaps} soFar="" onRange={onRange} />);
  return { user: userEvent.setup(), onRange, slider: screen.getByRole('slider') };
}

describe('the timeline', () => {
  it('is walked with arrows, says what a bar covers, and Enter filters by it', async () => {
    const { user, onRange, slider } = drawn();
    slider.focus();
    await user.keyboard('{ArrowRight}');
    expect(slider).toHaveAttribute('aria-valuetext', '2026-06-01 00:00 → 06-02 00:00 UTC, 5 events, 1 failed');
    await user.keyboard('{Enter}');
    expect(onRange).toHaveBeenCalledWith('2026-06-01T00:00:00Z', '2026-06-02T00:00:00Z');
  });

  it('extends the range with Shift and lets go of it with Escape', async () => {
    const { user, onRange, slider } = drawn();
    slider.focus();
    await user.keyboard('{End}{Shift>}{ArrowLeft}{/Shift}');
    expect(slider).toHaveAttribute('aria-valuetext', '2026-06-02 00:00 → 06-04 00:00 UTC, 7 events, none failed');
    await user.keyboard('{Escape}{Enter}');
    expect(onRange).not.toHaveBeenCalled();
  });

  it('is a table for who does not see it, with the stretches without records', () => {
    drawn();
    const rows = within(screen.getByRole('table')).getAllByRole('row');
    expect(rows.map((r) => r.textContent)).toEqual([
      'StretchEventsFailed',
      '2026-06-01 00:00 → 06-02 00:00 UTC51',
      '2026-06-03 00:00 → 06-04 00:00 UTC70',
    ]);
    expect(screen.getByRole('list', { name: 'Stretches without records' })).toHaveTextContent(
      'No records of coder.acme.example: 2026-06-02 00:00 → 06-03 00:00 UTC',
    );
  });
});
