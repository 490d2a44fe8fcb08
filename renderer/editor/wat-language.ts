import { monaco } from './monaco.ts';

/** Colours for WebAssembly text, which Monaco does not know. */
monaco.languages.register({ id: 'wat', extensions: ['.wat'] });
monaco.languages.setMonarchTokensProvider('wat', {
  tokenizer: {
    root: [
      [/;;.*$/, 'comment'],
      [/\(;/, 'comment', '@block'],
      [/"([^"\\]|\\.)*"/, 'string'],
      [/\$[^\s()";]+/, 'identifier'],
      [/[+-]?(0x[0-9a-fA-F_]+|\d[\d_]*)(\.[\d_]*)?([eEpP][+-]?\d+)?\b/, 'number'],
      [/\b(module|func|param|result|local|global|memory|data|table|elem|type|import|export|start|mut|offset|then|else)\b/, 'keyword'],
      [
        /\b[a-z][a-z0-9_]*(\.[a-z0-9_]+)+\b|\b(block|loop|if|br|br_if|br_table|call|call_indirect|return|drop|select|nop|unreachable)\b/,
        'keyword',
      ],
      [/[()]/, 'delimiter'],
    ],
    block: [
      [/;\)/, 'comment', '@pop'],
      [/./, 'comment'],
    ],
  },
});
monaco.languages.setLanguageConfiguration('wat', {
  comments: { lineComment: ';;', blockComment: ['(;', ';)'] },
  brackets: [['(', ')']],
  autoClosingPairs: [
    { open: '(', close: ')' },
    { open: '"', close: '"' },
  ],
});
