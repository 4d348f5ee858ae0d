import { expect, test } from 'vitest';

import { panelRequest, type SearchBody, type TimeRange } from '../../core/search/dashboards/panel-request.ts';
import { slugOf } from '../../core/search/dashboards/panel-schema.ts';
import { savedObjectsOf } from '../../core/search/dashboards/saved-objects.ts';
import { METRICS, type Post, type SocialEvent } from '../../core/social-event.ts';
import type { Preset } from '../../presets/preset-schema.ts';
import { PRESET_NAMES, presetNamed } from '../../presets/presets.ts';
import { describeSearch } from '../support/describe-search.ts';
import { eventsUntil, storeDocuments } from '../support/post-documents.ts';
import { searchPosts, whyEmpty } from '../support/search-answer.ts';

const ALIAS = 'fixture-posts';
const EVENTS = 3_000;

describeSearch('a dashboard on the real server', (url) => {
  test.each(PRESET_NAMES)('has something to show in every panel: %s', async (name) => {
    const { requests, total } = await storeFixture(url, presetNamed(name));
    const empty: string[] = [];

    for (const [id, body] of requests) {
      const reason = whyEmpty(body, await searchPosts(url, ALIAS, body));
      if (reason !== undefined) empty.push(`${id}: ${reason}`);
    }

    expect(total).toBeGreaterThan(1_000);
    expect(requests.size).toBeGreaterThan(5);
    expect(empty).toEqual([]);
  });

  test.each(PRESET_NAMES)('opens with a time that the server understands: %s', async (name) => {
    const preset = presetNamed(name);
    const { bodyOf } = await storeFixture(url, preset);

    for (const { from, to, panels } of preset.dashboards)
      for (const { title } of panels)
        await expect(searchPosts(url, ALIAS, bodyOf(title, { from, to }))).resolves.toHaveProperty('hits');
  });

  test('counts what is there, and nothing that was deleted', async () => {
    const { bodyOf, posts } = await storeFixture(url, presetNamed('cats-vs-dogs'));
    const dogs = posts.filter(({ tags }) => tags.some((tag) => tag.startsWith('dogs')));

    const all = await searchPosts(url, ALIAS, bodyOf('Total Posts'));
    const some = await searchPosts(url, ALIAS, bodyOf('Total Dog Posts'));
    const slices = await buckets(url, bodyOf('So Far Today'), '2');

    expect([all.hits.total.value, some.hits.total.value]).toEqual([posts.length, dogs.length]);
    expect(new Map(slices.map(({ key, doc_count }) => [key, doc_count]))).toEqual(
      countBy(posts.flatMap(({ tags }) => tags)),
    );
  });

  test('shows the post of the hour first', async () => {
    const { bodyOf, posts } = await storeFixture(url, presetNamed('cats-vs-dogs'));
    const most = Math.max(...posts.map(engagement));

    const { hits } = await searchPosts(url, ALIAS, bodyOf('Most Popular Posts of the Hour'));

    expect(hits.hits[0]?._source['engagement']).toBe(most);
  });

  test("counts an influencer's followers once, however often he posts", async () => {
    const { bodyOf, posts } = await storeFixture(url, presetNamed('iphone'));
    const followers = posts.map(({ author }) => author?.followers ?? 0).toSorted((a, b) => b - a);

    const rows = await buckets(url, bodyOf('Potential Key Influencers'), '2');

    expect(rows[0]).toMatchObject({ '1': { value: followers[0] } });
    expect(rows).toHaveLength(10);
  });

  test('shows the posts that were repeated most with their text', async () => {
    const { bodyOf, posts } = await storeFixture(url, presetNamed('iphone'));
    const repeated = countBy(posts.flatMap(({ ref }) => ref?.repost_of ?? []));

    const rows = await buckets(url, bodyOf('Popular Tweets'), '3');

    expect(rows[0]?.doc_count).toBe(Math.max(...repeated.values()));
    expect(rows[0]).toMatchObject({ '2': { hits: { hits: [{ _source: { text: expect.stringMatching(/./) } }] } } });
  });
});

async function storeFixture(url: string, preset: Preset) {
  const endMs = Date.now();
  const events = eventsUntil(preset, endMs, EVENTS);
  await storeDocuments(url, ALIAS, preset, events);
  const whole = { from: new Date(endMs - 86_400_000).toISOString(), to: new Date(endMs).toISOString() };
  const objects = savedObjectsOf({ preset: preset.name, alias: ALIAS, dashboards: preset.dashboards });
  const requestOf = (id: string, range: TimeRange): SearchBody | undefined => {
    const found = objects.find((object) => object.id === id && object.type !== 'dashboard');
    return found && panelRequest(found, range);
  };
  const ids = objects.flatMap(({ id, type }) => (type === 'visualization' || type === 'search' ? [id] : []));
  return {
    posts: standing(events),
    total: standing(events).length,
    /** By the id of the object that asks it. */
    requests: new Map(ids.map((id) => [id, requestOf(id, whole) as SearchBody])),
    bodyOf: (title: string, range: TimeRange = whole) =>
      requestOf(`${preset.name}-${slugOf(title)}`, range) as SearchBody,
  };
}

/** The newest observation of every post that was not deleted. */
function standing(events: readonly SocialEvent[]): Post[] {
  const latest = new Map(events.map((event) => [event.id, event]));
  return [...latest.values()].filter((event): event is Post => event.kind !== 'delete');
}

function engagement({ metrics }: Post): number {
  return METRICS.reduce((sum, name) => sum + (metrics[name] ?? 0), 0);
}

function countBy(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

async function buckets(url: string, body: SearchBody, id: string) {
  const { aggregations } = await searchPosts(url, ALIAS, body);
  return (aggregations[id] as { buckets: { key: string; doc_count: number }[] }).buckets;
}
