import { act, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { renderOnDesk } from '../../test/desk';
import { type Backend, BackendError } from '../backend/backend';
import { createFakeBackend } from '../backend/fake';
import type { ImportPlan, Preview } from '../backend/types';
import { PlanFiles } from './PlanFiles';

async function draw(change: (backend: Backend) => Partial<Backend> = () => ({}), folder = false) {
  const fake = createFakeBackend({ events: 60 });
  const plan = (await (folder ? fake.chooseFolder() : fake.chooseFiles())) as ImportPlan;
  const backend = { ...fake, ...change(fake) };
  return { plan, ...renderOnDesk(<PlanFiles plan={plan} />, { backend }) };
}

const pane = (name: RegExp) => screen.findByRole('region', { name });

describe('files before they are imported', () => {
  it('say shape, period and counts, and the first is opened', async () => {
    await draw();
    const row = await screen.findByRole('row', { name: /coder-audit-2026-07.ndjson.zst.*Coder v2 server log/ });
    expect(row).toHaveTextContent('about 2026-06-01 to 2026-07-01');
    expect(row).toHaveTextContent('8,907+');
    const preview = await pane(/^Preview of coder-audit-2026-07.ndjson.zst/);
    expect(preview).toHaveTextContent('The first 8.4 MB, unpacked, were looked at; what follows may differ.');
    expect(preview).toHaveTextContent('9,120 lines: 8,907 records and 213 other lines.');
    const events = within(preview).getByRole('table', { name: 'First events' });
    expect(within(events).getAllByRole('row')).toHaveLength(21);
    expect(within(preview).getByRole('table', { name: 'Other lines by pattern' })).toHaveTextContent('http request');
  });

  it('open by a click and by keys, with their warnings in words', async () => {
    const { user } = await draw();
    const first = await screen.findByRole('button', { name: /^coder-audit-2026-07/ });
    expect(first).toHaveAttribute('aria-pressed', 'true');
    act(() => first.focus());
    await user.keyboard('{ArrowDown}');
    const second = screen.getByRole('button', { name: /^api-v2-audit|^coder-audit-2026-06/ });
    expect(second).toHaveFocus();
    expect(second).toHaveAttribute('aria-pressed', 'true');
    const warnings = await screen.findByRole('list', { name: 'Warnings' });
    expect(warnings).toHaveTextContent('may have been sent again');
    expect(warnings).toHaveTextContent('212 of 8,904 records lie outside the period under audit');
    expect(await screen.findByRole('img', { name: '2 warnings' })).toBeInTheDocument();
    const unreadable = screen.getByRole('table', { name: 'Unreadable records' });
    expect(unreadable).toHaveTextContent('88no time');
  });

  it('say that they are being read until they were', async () => {
    const answers: (() => void)[] = [];
    await draw((fake) => ({
      previewFile: (request) =>
        new Promise<Preview>((resolve) => {
          answers.push(() => void fake.previewFile(request).then(resolve));
        }),
    }));
    expect(await screen.findAllByText('reading…')).toHaveLength(2);
    expect(screen.getByRole('status')).toHaveTextContent('Reading the beginning of the file…');
    act(() => {
      for (const answer of answers) answer();
    });
    await waitFor(() => expect(screen.queryByText('reading…')).not.toBeInTheDocument());
  });

  it('say what went wrong with one, and show the others', async () => {
    await draw((fake) => ({
      previewFile: (request) =>
        request.file === 0
          ? Promise.reject(new BackendError({ message: 'no permission', hint: 'Ask for it' }))
          : fake.previewFile(request),
    }));
    expect(await screen.findByRole('img', { name: 'can’t be read' })).toBeInTheDocument();
    expect(screen.getByRole('alert')).toHaveTextContent('no permission Ask for it');
    expect(await screen.findByText('8,907')).toBeInTheDocument();
  });

  it('are looked at a page at a time, however many there are', async () => {
    const asked: number[] = [];
    const fake = createFakeBackend({ events: 60 });
    const plan = { ...((await fake.chooseFolder()) as ImportPlan), files: 5000 };
    const backend: Backend = {
      ...fake,
      planFiles: async ({ offset, limit }) =>
        Array.from({ length: limit }, (_, i) => ({ file: offset + i, name: `f${offset + i}.log`, bytes: 1 })),
      previewFile: ({ file }) => {
        asked.push(file);
        return fake.previewFile({ plan: plan.id, file: file % 14 });
      },
    };
    const { user } = renderOnDesk(<PlanFiles plan={plan} />, { backend });
    await screen.findByRole('button', { name: 'f0.log' });
    await waitFor(() => expect(asked).toHaveLength(20));
    expect(screen.getByText(/of 5,000 files/)).toHaveTextContent('1 to 20 of 5,000 files');
    await user.click(screen.getByRole('button', { name: 'Next files' }));
    expect(await screen.findByRole('button', { name: 'f20.log' })).toHaveAttribute('aria-pressed', 'true');
    await waitFor(() => expect(asked).toHaveLength(40));
    expect(await pane(/^Preview of f20.log/)).toBeInTheDocument();
  });

  it('show the members of an archive', async () => {
    const { user } = await draw((fake) => ({
      previewFile: async (request) => {
        const p = await fake.previewFile(request);
        return {
          ...p,
          path: '/x/logs.zip',
          archive: 'zip',
          whole: false,
          members: [
            { ...p, path: '/x/logs.zip/a.log', events: [], warnings: [] },
            { ...p, path: '/x/logs.zip/b.log', events: [], warnings: [{ code: 'nothing', words: 'no audit record' }] },
          ],
          further_members: 3,
        };
      },
    }));
    expect(user).toBeDefined();
    const members = await screen.findByRole('table', { name: 'Members of the archive' });
    expect(within(members).getAllByRole('row')).toHaveLength(3);
    expect(within(members).getByRole('img', { name: 'no audit record' })).toBeInTheDocument();
    expect(screen.getByText(/zip, 2 of 5 members looked at/)).toBeInTheDocument();
  });
});
