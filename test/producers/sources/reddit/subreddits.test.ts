import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { readPreset } from '../../../../presets/preset-schema.ts';
import { namesOf, NOW_MS, redditWorld, type RedditWorld } from './reddit-world.ts';

let world: RedditWorld;

beforeEach(async () => {
  world = await redditWorld();
});

afterEach(() => world.server.close());

function preset(scope: 'topics' | 'everything', subreddits: string[]) {
  const topics = [{ name: 'cats', keywords: ['cat'], subreddits }];
  return readPreset({ name: 'test', description: 'a test', sources: ['reddit'], scope, topics });
}

describe('what is read', () => {
  test.each([
    ['the subreddits of the topics', preset('topics', ['Cats', 'r/aww', 'cats']), {}, '/r/cats+aww/new'],
    ['everything for a preset of everything', preset('everything', ['cats']), {}, '/r/all/new'],
    ['everything where no topic has a subreddit', preset('topics', []), {}, '/r/all/new'],
    ['those that are named', preset('everything', []), { subreddits: 'Dogs, /r/aww' }, '/r/dogs+aww/new'],
  ])('is %s', async (_, chosen, flags, path) => {
    await world.read(world.context({ once: true, preset: chosen, flags: { ...flags, listings: 'new' } }), 1);

    expect(world.server.requests[0]?.path.split('?')[0]).toBe(path);
  });

  test('is one page for fifty subreddits', async () => {
    const names = Array.from({ length: 60 }, (_, i) => `s${i}x`);
    await world.read(world.context({ once: true, flags: { subreddits: names.join(','), listings: 'top' } }), 1);

    const tops = world.server.requests.filter(({ path }) => path.includes('/top?'));
    expect(tops.map(({ path }) => path.split('/')[2]?.split('+').length)).toEqual([50, 10]);
    expect(tops[0]?.path).toContain('t=day');
  });

  test.each([
    [{ subreddits: 'cats and dogs' }, '"cats and dogs" is no name of a subreddit'],
    [{ subreddits: '' }, '"" is no name of a subreddit'],
    [
      { listings: 'new,best' },
      '"best" is no listing: --listings takes some of new,hot,rising,top,controversial,comments.',
    ],
  ])('cannot be %j', async (flags, message) => {
    const reading = world.read(world.context({ flags }), 1);

    await expect(reading).rejects.toMatchObject({ name: 'SourceError', message: expect.stringContaining(message) });
  });
});

describe('a subreddit that cannot be read', () => {
  const PRIVATE = { status: 403, body: '{"message":"Forbidden","error":403,"reason":"private"}' };
  const BANNED = { status: 404, body: '{"message":"Not Found","error":404,"reason":"banned"}' };
  const NONE = { status: 404, body: '{"message":"Not Found","error":404}' };
  const SEARCHED = {
    status: 200,
    body: '{"kind":"Listing","data":{"children":[{"kind":"t5","data":{}}],"after":null}}',
  };

  test.each([
    ['private', PRIVATE, 'private'],
    ['banned', BANNED, 'banned'],
    ['none', NONE, 'not found'],
    ['none, with others that are like it', SEARCHED, 'not found'],
  ])('because it is %s is told once and left out', async (_, answer, reason) => {
    world.server.closed.set('secret', answer);
    const names = world.addPosts(2);
    const reading = world.context({ flags: { subreddits: 'secret,cats', listings: 'new' }, once: true });

    expect(namesOf(await world.read(reading, 100))).toEqual(names);
    expect(reading.notices).toEqual([
      `a subreddit cannot be read (${reason}); trying again in 1 s.`,
      `r/secret cannot be read (${reason}) and is left out.`,
    ]);
    expect(reading.counts.get('subreddits left out')).toBe(1);
  });

  test('is read again once it can be', async () => {
    world.server.closed.set('cats', PRIVATE);
    const names = world.addPosts(1);
    const reading = world.context({ flags: { subreddits: 'dogs,cats', listings: 'new' } });
    const received = world.read(reading, 1);
    while (!reading.counts.has('subreddits left out')) await world.clock.settle();
    world.server.closed.clear();

    expect(namesOf(await received)).toEqual(names);
    expect(world.clock.now() - NOW_MS).toBeGreaterThanOrEqual(3_600_000);
    expect(reading.counts.get('subreddits left out')).toBe(1);
  });

  test('ends the producer where there is no other', async () => {
    world.server.closed.set('cats', PRIVATE);

    await expect(world.read(world.context(), 1)).rejects.toMatchObject({
      name: 'SourceError',
      message: 'None of the subreddits can be read: name others with --subreddits.',
    });
  });
});
