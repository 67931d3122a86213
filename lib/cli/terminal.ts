/**
 * Where does the command line print, and whom does it ask? The one place that touches the terminal.
 */
import { createInterface } from 'node:readline/promises';

/** What a command sees of whoever runs it. */
export interface Terminal {
  /** Writes what was asked for. */
  write(text: string): void;
  /** Writes what goes beside it: troubles, progress. */
  complain(text: string): void;
  /** A person is there to be asked, and to see progress. */
  readonly isInteractive: boolean;
  ask(question: string): Promise<string>;
}

/** The terminal of this process. */
export function terminalOf({ stdin, stdout, stderr }: typeof process): Terminal {
  // Whoever reads only the beginning (`| head`) has seen enough.
  stdout.on('error', () => process.exit(0));
  return {
    write: (text) => void stdout.write(text),
    complain: (text) => void stderr.write(text),
    isInteractive: stdin.isTTY && stderr.isTTY,
    async ask(question) {
      const dialogue = createInterface({ input: stdin, output: stderr });
      try {
        return await dialogue.question(question);
      } finally {
        dialogue.close();
      }
    },
  };
}

/** Progress of long work, for a person to see. */
export interface Progress {
  /** One more is done. */
  step(): void;
  /** Takes the line away. */
  end(): void;
}

const SHOWN_EVERY_MS = 250;

/** Shows what is being done, once it takes longer than a moment; nothing where nobody looks. */
export function showProgress(terminal: Terminal, doing: string): Progress {
  if (!terminal.isInteractive) return { step: () => undefined, end: () => undefined };
  const startedAt = performance.now();
  let steps = 0;
  let shown = '';
  const timer = setInterval(() => {
    const count = steps === 0 ? '' : ` ${steps.toLocaleString('en')} entries,`;
    const text = `${doing}:${count} ${((performance.now() - startedAt) / 1_000).toFixed(0)} s`;
    terminal.complain(`\r${text.padEnd(shown.length)}`);
    shown = text;
  }, SHOWN_EVERY_MS);
  return {
    step() {
      steps += 1;
    },
    end() {
      clearInterval(timer);
      if (shown !== '') terminal.complain(`\r${' '.repeat(shown.length)}\r`);
    },
  };
}
