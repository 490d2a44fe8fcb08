/** Tags that the protocol puts on every message: what a process means stands in the others. */
export const PROTOCOL_TAGS: readonly string[] = [
  'Data-Protocol',
  'Variant',
  'Type',
  'SDK',
  'Module',
  'Scheduler',
  'From-Module',
  'From-Process',
  'Pushed-For',
  'Reference',
];
