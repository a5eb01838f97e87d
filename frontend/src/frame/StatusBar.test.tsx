import { act, screen } from '@testing-library/react';
import { useState } from 'react';
import { describe, expect, it } from 'vitest';
import { renderOnDesk } from '../../test/desk';
import { useDesk } from '../desk';
import { StatusBar, useStatus } from './StatusBar';

function Says({ text }: { readonly text: string }) {
  useStatus(text);
  return null;
}

describe('the status bar', () => {
  it('says what the view on screen has to say, also where the one before goes after it came', async () => {
    let show: (views: readonly string[]) => void = () => {};
    function Views() {
      const { caseInfo } = useDesk();
      const [views, setViews] = useState<readonly string[]>(['600 events']);
      show = setViews;
      return (
        <>
          {views.map((text) => (
            <Says key={text} text={text} />
          ))}
          {caseInfo !== undefined && <StatusBar caseInfo={caseInfo} />}
        </>
      );
    }
    renderOnDesk(<Views />);
    const bar = await screen.findByRole('contentinfo');
    expect(bar).toHaveTextContent('600 events');
    act(() => show(['600 events', '15 sources']));
    act(() => show(['15 sources']));
    expect(bar).toHaveTextContent('15 sources');
    act(() => show([]));
    expect(bar).not.toHaveTextContent('15 sources');
  });

  it('marks a hand-over copy', async () => {
    function Bar() {
      const { caseInfo } = useDesk();
      return caseInfo !== undefined && <StatusBar caseInfo={caseInfo} />;
    }
    renderOnDesk(<Bar />, { fake: { redacted: true } });
    expect(await screen.findByRole('contentinfo')).toHaveTextContent('Hand-over copy: raw records are masked');
  });
});
