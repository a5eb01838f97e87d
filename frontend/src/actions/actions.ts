import { flushSync } from 'react-dom';
import type { Theme } from '../backend/types';
import type { Desk } from '../desk';
import { focusQuery } from '../query/QueryField';
import { focusSettingsSearch } from '../settings/focusSearch';
import { restingFrom } from '../settings/instants';
import { initialView, type Tab, withRollForward, withSettings } from '../view/view';
import type { Action, Reach, Shortcut } from './action';

const open = ({ desk }: Reach) => desk.caseInfo !== undefined;
const always = () => true;

/** Exports wait for the end of an import: its totals are provisional. */
const canExport = ({ desk, jobs }: Reach) =>
  desk.caseInfo !== undefined && jobs.importing === undefined && desk.caseInfo.events > 0;
const canImport = ({ desk, jobs }: Reach) => jobs.importing === undefined && desk.caseInfo?.read_only !== true;

function tab(id: Tab, label: string, key: string): Action {
  return {
    id: `tab-${id}`,
    group: 'View',
    label: () => label,
    shortcuts: [['mod', key]],
    enabled: open,
    run: ({ desk }) => desk.show(id),
  };
}

function theme(value: Theme, label: string): Action {
  return {
    id: `theme-${value}`,
    group: 'Program',
    label: () => label,
    shortcuts: [],
    enabled: ({ desk }) => desk.app?.theme !== value,
    run: async ({ backend, desk }) => {
      await backend.setTheme(value);
      await desk.refreshApp();
    },
  };
}

const named = (verb: string, what: string | undefined) => (what === undefined ? verb : `${verb}: ${what}`);

/** A query on screen to look into: the tab on screen, else the events. */
function showListing(desk: Desk) {
  if (desk.view.tab === 'sources') desk.show('events');
  showSettingsAgain(desk);
}

/** In place of a roll-forward. */
const showSettingsAgain = (desk: Desk) => desk.amend((v) => withRollForward(v, { shown: false }));

/** The settings have a search of their own. */
const focusSearch = (desk: Desk) => (desk.view.tab === 'settings' ? focusSettingsSearch() : focusQuery());

const inSettings = ({ desk }: Reach) =>
  desk.caseInfo !== undefined && desk.view.tab === 'settings' && !desk.view.rollForward.shown;

const undoKeys: readonly Shortcut[] = [['mod', 'Z']];
const redoKeys: readonly Shortcut[] = [
  ['mod', 'shift', 'Z'],
  ['mod', 'Y'],
];

export const actions: readonly Action[] = [
  {
    id: 'new-import',
    group: 'Case',
    label: ({ desk }) => (desk.caseInfo === undefined ? 'Import files into a new case…' : 'Import files…'),
    icon: 'import',
    shortcuts: [['mod', 'I']],
    enabled: canImport,
    run: async ({ backend, jobs }) => {
      const plan = await backend.chooseFiles();
      if (plan !== undefined) jobs.setPlan(plan);
    },
  },
  {
    id: 'import-folder',
    group: 'Case',
    label: () => 'Import a folder…',
    icon: 'folder',
    shortcuts: [['mod', 'shift', 'I']],
    enabled: canImport,
    run: async ({ backend, jobs }) => {
      const plan = await backend.chooseFolder();
      if (plan !== undefined) jobs.setPlan(plan);
    },
  },
  {
    id: 'export',
    group: 'Case',
    label: () => 'Export…',
    icon: 'export',
    shortcuts: [['mod', 'E']],
    enabled: canExport,
    run: ({ desk }) => desk.openDialog('export'),
  },
  {
    id: 'engagement',
    group: 'Case',
    label: () => 'Engagement…',
    icon: 'write',
    shortcuts: [],
    enabled: open,
    run: ({ desk }) => desk.openDialog('engagement'),
  },
  {
    id: 'verify',
    group: 'Case',
    label: () => 'Verify the case…',
    icon: 'shield',
    shortcuts: [],
    enabled: open,
    run: ({ desk }) => desk.openDialog('verify'),
  },
  {
    id: 'open-case',
    group: 'Case',
    label: () => 'Open a case…',
    icon: 'case',
    shortcuts: [['mod', 'O']],
    enabled: ({ jobs }) => jobs.importing === undefined,
    run: async ({ backend, desk }) => {
      const info = await backend.openCaseDialog();
      if (info !== undefined) desk.setCase(info);
      await desk.refreshApp();
    },
  },
  {
    id: 'demo',
    group: 'Case',
    label: () => 'Open the demo case',
    icon: 'case',
    shortcuts: [],
    enabled: ({ jobs }) => jobs.importing === undefined,
    run: async ({ backend, desk }) => {
      desk.setCase(await backend.openDemo());
      await desk.refreshApp();
    },
  },
  {
    id: 'close-case',
    group: 'Case',
    label: () => 'Close the case',
    icon: 'x',
    shortcuts: [['mod', 'W']],
    enabled: (reach) => open(reach) && reach.jobs.importing === undefined && reach.jobs.exporting === undefined,
    run: async ({ backend, desk }) => {
      await backend.closeCase();
      desk.setCase(undefined);
      await desk.refreshApp();
    },
  },
  tab('sources', 'Show sources & completeness', '1'),
  tab('events', 'Show events', '2'),
  tab('changes', 'Show admin changes', '3'),
  tab('settings', 'Show settings', '4'),
  {
    id: 'settings-instants',
    group: 'View',
    label: ({ desk }) => `Settings: ${desk.view.settings.instants === 'two' ? 'one instant' : 'two instants'}`,
    icon: 'clock',
    shortcuts: [],
    enabled: inSettings,
    run: ({ desk }) => {
      const next = desk.view.settings.instants === 'two' ? 'one' : 'two';
      desk.step(`${next} ${next === 'one' ? 'instant' : 'instants'}`, (v) =>
        withSettings(v, (s) => ({ ...s, instants: next })),
      );
    },
  },
  {
    id: 'settings-differ',
    group: 'View',
    label: ({ desk }) =>
      desk.view.settings.onlyDiffer ? 'Settings: show all' : 'Settings: only those that differ or are unknown',
    icon: 'notequal',
    shortcuts: [['mod', 'shift', 'D']],
    enabled: (reach) => inSettings(reach) && reach.desk.view.settings.instants === 'two',
    run: ({ desk }) =>
      desk.step(desk.view.settings.onlyDiffer ? 'all settings' : 'only settings that differ or are unknown', (v) =>
        withSettings(v, (s) => ({ ...s, onlyDiffer: !s.onlyDiffer })),
      ),
  },
  {
    id: 'copy-line',
    group: 'View',
    label: () => 'Copy the chosen setting as a line for a working paper',
    icon: 'copy',
    shortcuts: [['mod', 'shift', 'C']],
    enabled: (reach) => inSettings(reach) && reach.desk.view.settings.selected !== undefined,
    run: async ({ backend, desk }) => {
      const { selected, at, instants } = desk.view.settings;
      if (selected === undefined || desk.caseInfo === undefined) return;
      const from = instants === 'two' ? restingFrom(desk.view.settings, desk.caseInfo) : '';
      const line = { of: 'setting', format: 'text', key: selected, at, zone: desk.zone } as const;
      await backend.copyText(await backend.paperLine(from === '' ? line : { ...line, from }));
    },
  },
  {
    id: 'new-statement',
    group: 'View',
    label: () => 'New statement on a setting…',
    icon: 'shield',
    shortcuts: [['mod', 'shift', 'S']],
    enabled: ({ desk }) => desk.caseInfo !== undefined && desk.caseInfo.events > 0,
    run: ({ desk }) => {
      desk.show('settings');
      showSettingsAgain(desk);
      desk.openDialog('statement');
    },
  },
  {
    id: 'roll-forward',
    group: 'View',
    label: () => 'Roll-forward…',
    icon: 'equal',
    shortcuts: [['mod', 'shift', 'R']],
    enabled: ({ desk }) => desk.caseInfo !== undefined && desk.caseInfo.events > 0,
    run: ({ desk }) => desk.amend((v) => withRollForward({ ...v, tab: 'settings' }, { shown: true })),
  },
  {
    id: 'find',
    group: 'View',
    label: () => 'Find: type a query',
    icon: 'search',
    shortcuts: [['/'], ['mod', 'F']],
    enabled: open,
    run: ({ desk }) => {
      // Drawn and focused before the next key, for whoever types on without waiting.
      flushSync(() => showListing(desk));
      // Only the first time, when the view's code is still to be loaded, the field comes later.
      const focus = () => focusSearch(desk);
      if (!focus()) requestAnimationFrame(() => requestAnimationFrame(focus));
    },
  },
  {
    id: 'undo',
    group: 'View',
    label: ({ desk }) => named('Undo', desk.undoLabel),
    icon: 'undo',
    shortcuts: undoKeys,
    enabled: ({ desk }) => desk.caseInfo !== undefined && desk.undoLabel !== undefined,
    run: ({ desk }) => desk.undo(),
  },
  {
    id: 'redo',
    group: 'View',
    label: ({ desk }) => named('Redo', desk.redoLabel),
    icon: 'redo',
    shortcuts: redoKeys,
    enabled: ({ desk }) => desk.caseInfo !== undefined && desk.redoLabel !== undefined,
    run: ({ desk }) => desk.redo(),
  },
  {
    id: 'reset-view',
    group: 'View',
    label: () => 'Reset view: no filters, columns, instants and statements of one’s own',
    icon: 'undo',
    shortcuts: [],
    enabled: open,
    run: ({ desk }) => desk.step('reset the view', (v) => ({ ...initialView(), tab: v.tab })),
  },
  {
    id: 'toggle-zone',
    group: 'View',
    label: ({ desk }) =>
      desk.view.clock === 'utc'
        ? `Show times in ${desk.caseInfo?.engagement.zone ?? 'the case’s zone'}`
        : 'Show times in UTC',
    icon: 'clock',
    shortcuts: [['mod', 'shift', 'U']],
    enabled: ({ desk }) => desk.caseInfo !== undefined && desk.caseInfo.engagement.zone !== 'UTC',
    run: ({ desk }) => desk.setClock(desk.view.clock === 'utc' ? 'case' : 'utc'),
  },
  theme('system', 'Theme: as the system'),
  theme('light', 'Theme: light'),
  theme('dark', 'Theme: dark'),
  {
    id: 'palette',
    group: 'Program',
    label: () => 'All commands…',
    icon: 'search',
    shortcuts: [['mod', 'K']],
    enabled: always,
    run: ({ desk }) => desk.openDialog('palette'),
  },
  {
    id: 'help',
    group: 'Program',
    label: () => 'Keys and query language',
    icon: 'read',
    shortcuts: [['F1'], ['?']],
    enabled: always,
    run: ({ desk }) => desk.openDialog('help'),
  },
  {
    id: 'about',
    group: 'Program',
    label: () => 'About Auditdesk',
    shortcuts: [],
    enabled: always,
    run: ({ desk }) => desk.openDialog('about'),
  },
];

export function actionOf(id: string): Action | undefined {
  return actions.find((a) => a.id === id);
}
