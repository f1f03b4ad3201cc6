/** Waits this many milliseconds; tests pass one that does not. */
export type Pause = (milliseconds: number) => Promise<void>;

/** How long is waited for what AWS or a container does by itself. */
export interface Patience {
  readonly everyMilliseconds: number;
  readonly attempts: number;
}

/** Looks at once and then in intervals until there is an answer; undefined when patience has run out. */
export async function until<T>(
  look: () => Promise<T | undefined>,
  pause: Pause,
  patience: Patience,
): Promise<T | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await look();
    if (answer !== undefined || attempt >= patience.attempts) return answer;
    await pause(patience.everyMilliseconds);
  }
}
