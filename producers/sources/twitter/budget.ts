import * as z from 'zod';

import type { TwitterBudget } from '../../../presets/preset-schema.ts';
import type { Clock, StateStore } from '../../network/network.ts';

/** Posts that were read and paid for. */
const SpentSchema = z.object({
  /** `2026-11-20`, UTC. */
  day: z.string(),
  dayPosts: z.int().min(0),
  /** `2026-11`, UTC. */
  month: z.string(),
  monthPosts: z.int().min(0),
});
type Spent = z.infer<typeof SpentSchema>;

/** Keeps what reading costs below the budget. */
export interface PostBudget {
  /** Counts a post that was delivered. */
  spend(): Promise<void>;
  /** Milliseconds during which nothing may be read; 0 if there is something left. */
  pauseMs(): number;
  /** Writes down what was really read; when reading ends. */
  settle(): Promise<void>;
  /** For people: what is spent, of what. */
  describe(): string;
}

const NAME = 'budget';
/** So many posts are written down before they are read: a crash makes the count too high, never too low. */
const BLOCK = 100;
const DAY_MS = 86_400_000;
/** With `sample`, reading pauses when it is ahead of the even course by this share of the day. */
const AHEAD = 0.01;
const MIN_PAUSE_MS = 60_000;

/** The budget as it stands since the last run. */
export async function openBudget(
  settings: TwitterBudget,
  { state, clock }: { readonly state: StateStore; readonly clock: Pick<Clock, 'now'> },
): Promise<PostBudget> {
  const kept = SpentSchema.safeParse(await state.read(NAME));
  let spent = atTime(kept.success ? kept.data : undefined, clock.now());
  let reserved = 0;
  return {
    async spend() {
      spent = atTime(spent, clock.now());
      spent = { ...spent, dayPosts: spent.dayPosts + 1, monthPosts: spent.monthPosts + 1 };
      if (reserved === 0) {
        reserved = BLOCK;
        await state.write(NAME, { ...spent, dayPosts: spent.dayPosts + BLOCK, monthPosts: spent.monthPosts + BLOCK });
      }
      reserved -= 1;
    },
    pauseMs() {
      spent = atTime(spent, clock.now());
      return pauseMs(spent, settings, clock.now());
    },
    async settle() {
      reserved = 0;
      await state.write(NAME, atTime(spent, clock.now()));
    },
    describe: () => describe(atTime(spent, clock.now()), settings),
  };
}

/** A new day and a new month begin with nothing. */
function atTime(spent: Spent | undefined, nowMs: number): Spent {
  const day = new Date(nowMs).toISOString().slice(0, 10);
  const month = day.slice(0, 7);
  return {
    day,
    dayPosts: spent?.day === day ? spent.dayPosts : 0,
    month,
    monthPosts: spent?.month === month ? spent.monthPosts : 0,
  };
}

function pauseMs({ dayPosts, monthPosts }: Spent, settings: TwitterBudget, nowMs: number): number {
  const { postsPerDay, postsPerMonth, whenShort } = settings;
  if (monthPosts >= postsPerMonth) return startOfNextMonth(nowMs) - nowMs;
  const sinceMidnightMs = nowMs % DAY_MS;
  if (dayPosts >= postsPerDay) return DAY_MS - sinceMidnightMs;
  if (whenShort === 'stop') return 0;
  const today = Math.min(postsPerDay, evenShare(monthPosts - dayPosts, postsPerMonth, nowMs));
  if (today <= 0) return DAY_MS - sinceMidnightMs;
  const isAhead = dayPosts / today > sinceMidnightMs / DAY_MS + AHEAD;
  if (!isAhead) return 0;
  // Until the even course has caught up.
  return Math.min(DAY_MS - sinceMidnightMs, Math.max(MIN_PAUSE_MS, (dayPosts / today) * DAY_MS - sinceMidnightMs));
}

/** What is left of the month, over the days that are left of it. */
function evenShare(spentBefore: number, postsPerMonth: number, nowMs: number): number {
  const days = Math.ceil((startOfNextMonth(nowMs) - (nowMs - (nowMs % DAY_MS))) / DAY_MS);
  return Math.floor((postsPerMonth - spentBefore) / days);
}

function startOfNextMonth(nowMs: number): number {
  const date = new Date(nowMs);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}

function describe(
  { dayPosts, monthPosts }: Spent,
  { postsPerDay, postsPerMonth, dollarsPerPost }: TwitterBudget,
): string {
  const dollars = (posts: number): string => (posts * dollarsPerPost).toFixed(2);
  return `${dayPosts} of ${postsPerDay} posts of today (${dollars(dayPosts)} of ${dollars(postsPerDay)} USD), ${monthPosts} of ${postsPerMonth} of this month (${dollars(monthPosts)} of ${dollars(postsPerMonth)} USD)`;
}
