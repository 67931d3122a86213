/** What README says first: what it is, and two commands. Its programs, links and tables are looked at with the others. */
import { blocks, programs, readme } from './programs.js';

describe('README.md', () => {
  const [head = ''] = readme.split(/^## /m);

  test('begins with a title, one paragraph, the two commands and how to install', () => {
    const [title, paragraph = ''] = head.split('\n\n');
    expect(title).toBe('# axios-http-cache');
    expect(paragraph).toMatch(/^\w/);
    expect(blocks[0]).toMatchObject({ language: 'sh', code: 'npm ci && npm run demo\nnpm ci && npm test\n' });
    expect(blocks[1]).toMatchObject({ language: 'sh', code: 'npm install axios-http-cache axios\n' });
    expect(head).toContain(blocks[1]?.code);
  });

  test('shows a program on its first screen', () => {
    const [first] = programs;
    expect(first?.line).toBeLessThan(30);
    expect(head).toContain(first?.code);
    expect(first?.code).toContain('// → hit');
  });
});
