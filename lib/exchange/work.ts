/**
 * What is behind the door seldom.ts? Other processes to wait for, and contents that are handed on as they come. In one file, for who loads it later.
 */
export { askAcross, leaseForRefresh } from './fleet.js';
export { askStreaming } from './streaming.js';
