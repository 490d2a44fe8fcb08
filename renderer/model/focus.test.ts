import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toProcessId, toSlot } from '../../node/contract/ids.ts';
import { NO_FOCUS } from '../../node/contract/focus-note.ts';
import { branchOfLink, filterOfLink, focusLink, parseFocusLink } from './focus.ts';
import { fixtureId } from './run.fixture.ts';

describe('focus links', () => {
  it('come back as they went', () => {
    fc.assert(
      fc.property(
        fc.option(fc.nat(99)),
        fc.option(fc.nat()),
        fc.option(fc.nat(99)),
        fc.option(fc.string({ unit: 'grapheme', minLength: 1 })),
        fc.option(fc.nat()),
        fc.option(fc.string({ unit: 'grapheme', minLength: 1 })),
        (process, slot, message, row, step, value) => {
          const focus = {
            process: process === null ? null : toProcessId(fixtureId('p', process)),
            slot: slot === null ? null : toSlot(slot),
            message: message === null ? null : fixtureId('m', message),
            row,
            step,
            value,
          };
          expect(parseFocusLink(focusLink(focus))).toEqual(focus);
        },
      ),
    );
  });
  it('are nothing else', () => {
    for (const text of ['', 'https://example.org', 'aoscope://focus?slot=-1', 'aoscope://focus?process=short', 'aoscope://focus?row=%zz'])
      expect(parseFocusLink(text)).toBeNull();
  });
  it('may carry the filter of the messages', () => {
    const filter = 'to:"a & b" tag:X=1 or -error';
    expect(filterOfLink(focusLink(NO_FOCUS, filter))).toBe(filter);
    expect(filterOfLink(focusLink(NO_FOCUS))).toBeNull();
    expect(parseFocusLink(focusLink({ ...NO_FOCUS, slot: toSlot(3) }, filter))).toEqual({ ...NO_FOCUS, slot: 3 });
  });
  it('may lead to a step of a branch', () => {
    const at = { branch: 3, process: toProcessId(fixtureId('p', 1)), index: 17 };
    const focus = { ...NO_FOCUS, slot: toSlot(3), step: 5 };
    const link = focusLink(focus, 'to:x', at);
    expect(branchOfLink(link)).toEqual(at);
    expect(parseFocusLink(link)).toEqual(focus);
    expect(filterOfLink(link)).toBe('to:x');
    for (const text of [
      focusLink(focus),
      'aoscope://focus?branch=3&at=short:1',
      'aoscope://focus?branch=x',
      link.replace('aoscope', 'https'),
    ])
      expect(branchOfLink(text)).toBeNull();
  });
  it('may hold parts that are not known yet', () => {
    expect(parseFocusLink(' aoscope://focus?slot=3&line=12 ')).toEqual({ ...NO_FOCUS, slot: 3 });
  });
});
