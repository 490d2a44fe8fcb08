export { startNode } from './start-node.ts';
