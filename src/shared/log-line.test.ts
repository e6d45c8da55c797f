import { describe, expect, it } from 'vitest';
import { isTold, levelOf, logLevels, logLine, redact } from './log-line';

describe('redact', () => {
  it.each([
    ['Proxy-Authorization: NTLM TlRMTVNTUAADAAAA rest', 'Proxy-Authorization: [left out]'],
    ['{"authorization":"Basic YTpi"}', '{"authorization":[left out]'],
    ['Set-Cookie: id=1; Secure', 'Set-Cookie: [left out]'],
    ['sent NTLM TlRMTVNTUAADAAAA, then closed', 'sent NTLM [left out], then closed'],
    ['Bearer eyJhbGciOi.eyJzdWIi.c2ln', 'Bearer [left out]'],
    ['hash 8846F7EAEE8FB117AD06BDD830B7586C of alice', 'hash [left out] of alice'],
    ['e52cac67419a9a224a3b108f3fa6cb6d8846f7eaee8fb117ad06bdd830b7586c', '[left out]'],
    [
      'connect http://alice:secret@proxy.corp:8080/ failed',
      'connect http://[left out]@proxy.corp:8080/ failed',
    ],
  ])('leaves out of %j what is secret', (line, expected) => {
    expect(redact(line)).toBe(expected);
  });

  it.each([
    'signed in to proxy.corp:8080 as CORP\\alice',
    'the password of CORP\\alice is refused: no more sign-ins with it until it changes',
    'the company proxy offers Basic authentication, NTLM through proxy1.corp:8080',
    'GET page.test:80 direct (*.test) 200 12 ms',
    'at Socket.onData (/Applications/Latchkey.app/Contents/Resources/app.asar/out/main/index.js:1:2)',
  ])('leaves %j as it is', (line) => {
    expect(redact(line)).toBe(line);
  });
});

describe('logLine', () => {
  it('is one line, and tells its level', () => {
    const line = logLine(0, 'warning', 'two\nlines');
    expect(line).toBe('1970-01-01T00:00:00.000Z warning two lines');
    expect(levelOf(line)).toBe('warning');
    expect(levelOf('1970-01-01T00:00:00.000Z of an older version')).toBe('info');
  });
});

describe('isTold', () => {
  it('tells what matters as much or more', () => {
    expect(logLevels.filter((level) => isTold(level, 'warning'))).toEqual(['error', 'warning']);
    expect(logLevels.filter((level) => isTold(level, 'debug'))).toEqual([...logLevels]);
  });
});
