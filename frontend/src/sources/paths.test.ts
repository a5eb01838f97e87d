import { describe, expect, it } from 'vitest';
import { commonFolder, pathParts } from './paths';

describe('the folder of all sources', () => {
  it.each([
    [['/logs/a.ndjson', '/logs/b.ndjson'], '/logs/'],
    [['/logs/one/a.ndjson', '/logs/other/a.ndjson'], '/logs/'],
    [['/logs/v1_a.json', '/logs/v1/a.json'], '/logs/'],
    [['/logs/a.ndjson'], '/logs/'],
    [['a.ndjson', '/logs/b.ndjson'], ''],
    [['/x/a', '/y/a'], '/'],
    [['export.zip/a.json', 'export.zip/b.json'], 'export.zip/'],
    [['C:\\logs\\a.json', 'C:\\logs\\b.json'], 'C:\\logs\\'],
    [[], ''],
  ])('of %j is %j', (paths, folder) => {
    expect(commonFolder(paths)).toBe(folder);
  });
});

describe('a path', () => {
  it.each([
    ['/logs/2026/a.ndjson', '/logs/', '2026/', 'a.ndjson'],
    ['/logs/a.ndjson', '/logs/', '', 'a.ndjson'],
    ['/logs/a.ndjson', '', '/logs/', 'a.ndjson'],
    ['/elsewhere/a.ndjson', '/logs/', '/elsewhere/', 'a.ndjson'],
    ['/logs/', '/logs/', '', '/logs/'],
  ])('%j below %j is %j and %j', (path, below, folder, name) => {
    expect(pathParts(path, below)).toEqual({ folder, name });
  });
});
