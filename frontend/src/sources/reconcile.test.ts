import { describe, expect, it } from 'vitest';
import { createFakeBackend } from '../backend/fake';
import { reconciliations } from './reconcile';

async function made() {
  const backend = createFakeBackend({ events: 300 });
  return { info: await backend.caseInfo(), sources: (await backend.sources()).sources };
}

describe('the three reconciliations', () => {
  it('say "not tested" where nothing was compared', async () => {
    const { info, sources } = await made();
    const [outside, , workbook] = reconciliations(sources, info, false);
    expect([outside?.state, workbook?.state]).toEqual(['not tested', 'not tested']);
  });

  it('agree from files to case by the numbers, and say what that does not show', async () => {
    const { info, sources } = await made();
    const [, files] = reconciliations(sources, info, false);
    expect(files?.state).toBe('agrees');
    expect(files?.words).toContain('300 events of the sources are the 300 of the case');
    expect(files?.words).toContain('Says nothing of what the files lack.');
  });

  it('differ where the case holds another number of events', async () => {
    const { info, sources } = await made();
    const [, files] = reconciliations(sources, { ...info, events: 299 }, false);
    expect(files).toMatchObject({
      state: 'differs',
      words: expect.stringContaining('the sources brought 300 events, the case holds 299'),
    });
  });

  it('differ where a source loses a line, and name it', async () => {
    const { info, sources } = await made();
    const [, files] = reconciliations(
      sources.map((s, i) => (i === 0 ? { ...s, lines: s.lines + 1 } : s)),
      info,
      false,
    );
    expect(files?.words).toMatch(/^coder-audit-2025-12…2026-02\.ndjson\.zst: \d+ lines read, \d+ accounted for/);
  });

  it('claim nothing while an import runs, or before the first', async () => {
    const { info, sources } = await made();
    expect(reconciliations(sources, info, true)[1]?.state).toBe('not tested');
    expect(reconciliations([], { events: 0 }, false)[1]?.state).toBe('not tested');
  });
});
