import * as z from 'zod';

import type { TwitterBudget } from '../../../presets/preset-schema.ts';
import type { Clock, StateStore } from '../../network/network.ts';

/** Posts that were read and paid for, or are about to be. */
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
  /** Counts posts that X has delivered; they are paid for, wanted or not. */
  arrived(posts?: number): void;
  /** Writes down what is about to be read, where that is due; nothing more is to be read before it is done. */
  reserve(): Promise<void>;
  /** Whether `reserve` is due. */
  isDue(): boolean;
  /** How many more posts may be read now. */
  left(): number;
  /** Milliseconds during which nothing may be read; 0 if there is something left. */
  pauseMs(): number;
  /** Writes down what was really read; when reading ends. */
  settle(): Promise<void>;
  /** For people: what is spent, of what. */
  describe(): string;
}

const NAME = 'budget';
/** So many posts are written down before they are read: a crash makes the count too high, never too low. */
const BLOCK = 200;
const DAY_MS = 86_400_000;
/** With `sample`, reading pauses when it is ahead of the even course by this share of the day. */
const AHEAD = 0.01;
const MIN_PAUSE_MS = 60_000;

/**
 * The budget as it stands since the last run. Several producers may count in the same place: each adds what it reads.
 */
export async function openBudget(
  settings: TwitterBudget,
  { state, clock }: { readonly state: StateStore; readonly clock: Pick<Clock, 'now'> },
): Promise<PostBudget> {
  const read = async (): Promise<Spent> => {
    const kept = SpentSchema.safeParse(await state.read(NAME));
    return atTime(kept.success ? kept.data : undefined, clock.now());
  };
  /** What is written down, with what this process has reserved. */
  let written = await read();
  /** What of it has not been read yet; below 0 where more has come than was reserved. */
  let unread = 0;
  const spent = (): Spent => {
    const now = atTime(written, clock.now());
    // What was reserved for a day that is over is nothing of this one; what had come beyond it counts.
    if (now.day !== written.day) [written, unread] = [less(now, Math.min(0, unread)), 0];
    return less(now, unread);
  };
  const write = async (posts: number): Promise<void> => {
    spent();
    const reserved = unread;
    written = less(await read(), reserved - posts);
    unread += posts - reserved;
    await state.write(NAME, written);
  };
  const left = (): number => leftNow(spent(), settings, clock.now());
  return {
    arrived(posts = 1) {
      spent();
      unread -= posts;
    },
    isDue: () => unread < BLOCK / 2,
    reserve: () => write(Math.min(BLOCK, Math.max(0, left()))),
    left,
    pauseMs: () => (left() > 0 ? 0 : pauseMs(spent(), settings, clock.now())),
    settle: () => write(0),
    describe: () => describe(spent(), settings),
  };
}

function less({ day, dayPosts, month, monthPosts }: Spent, posts: number): Spent {
  return { day, dayPosts: Math.max(0, dayPosts - posts), month, monthPosts: Math.max(0, monthPosts - posts) };
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

function leftNow({ dayPosts, monthPosts }: Spent, settings: TwitterBudget, nowMs: number): number {
  const { postsPerDay, postsPerMonth, whenShort } = settings;
  const hard = Math.min(postsPerDay - dayPosts, postsPerMonth - monthPosts);
  if (whenShort === 'stop') return Math.max(0, hard);
  const byNow = todaysShare(dayPosts, monthPosts, settings, nowMs) * ((nowMs % DAY_MS) / DAY_MS + AHEAD);
  return Math.max(0, Math.min(hard, Math.ceil(byNow) - dayPosts));
}

/** Of a spent budget: until there is a new one, or the even course has caught up. */
function pauseMs({ dayPosts, monthPosts }: Spent, settings: TwitterBudget, nowMs: number): number {
  const { postsPerDay, postsPerMonth, whenShort } = settings;
  const untilMidnightMs = DAY_MS - (nowMs % DAY_MS);
  if (monthPosts >= postsPerMonth) return startOfNextMonth(nowMs) - nowMs;
  const today = todaysShare(dayPosts, monthPosts, settings, nowMs);
  if (whenShort === 'stop' || dayPosts >= postsPerDay || today <= 0) return untilMidnightMs;
  const caughtUpMs = (dayPosts / today) * DAY_MS - (nowMs % DAY_MS);
  return Math.min(untilMidnightMs, Math.max(MIN_PAUSE_MS, caughtUpMs));
}

/** What is left of the month, over the days that are left of it, at most the budget of a day. */
function todaysShare(dayPosts: number, monthPosts: number, settings: TwitterBudget, nowMs: number): number {
  const midnightMs = nowMs - (nowMs % DAY_MS);
  const days = Math.round((startOfNextMonth(nowMs) - midnightMs) / DAY_MS);
  return Math.min(settings.postsPerDay, Math.floor((settings.postsPerMonth - (monthPosts - dayPosts)) / days));
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
