import type { PanelInput, PresetInput } from './preset-schema.ts';

const MODELS = [
  'iphone',
  'iphone 17',
  'iphone 17 pro',
  'iphone 17 pro max',
  'iphone air',
  'iphone 16',
  'iphone 16 pro',
];

const FEATURES = [
  feature('Screen', 'screen, display, retina, oled, touchscreen, promotion, bezel, bezels'),
  feature('Battery', 'battery, charging, charger, magsafe, usb, usb-c'),
  feature('Camera', 'camera, cameras, selfie, selfies, photo, photos, lens, image, video, zoom, ois'),
  feature('Size', 'size, inch, inches, thin, thinner, thickness'),
  feature('Weight', 'weight, heavy, light, lightweight, ounce, ounces, gram, grams'),
  feature('Microphone', 'microphone, microphones, mic, mics'),
  feature('Dot Projector', 'dot projector'),
  feature('Sensors', 'sensor, sensors, lidar, accelerometer, gyroscope, barometer'),
  feature('Flood Illuminator', 'flood illuminator'),
  feature('Speaker', 'speaker, speakers, loudspeaker'),
  feature('Face ID', 'face id, faceid, face unlock'),
  feature('Apple Pay', 'apple pay, applepay'),
  feature('Price', 'price, prices, cost, costs, expensive, cheap, dollars'),
  feature('Color', 'color, colour, colors, colours, titanium, graphite'),
  feature('Capacity', 'capacity, storage, 128gb, 256gb, 512gb, 1tb'),
  feature('Siri', 'siri'),
  feature('GPU', 'gpu, graphics'),
  feature('Memory', 'memory, ram'),
  feature('Design', 'design, glass, edge, edges, notch, dynamic island'),
  feature('Gestures', 'gesture, gestures, swipe, haptic, haptics'),
  feature('Carrier', 'carrier, carriers, at&t, sprint, tmobile, t-mobile, verizon, virgin, esim'),
  feature('Connectivity', 'connectivity, wifi, wi-fi, bluetooth, 5g, lte, nfc, gps'),
  feature('Earphones', 'earphones, earbuds, headphones, airpods, headphone jack'),
  feature('Animoji', 'animoji, memoji'),
  feature('iOS', 'ios, ios 19, ios 26, update'),
];

/** An author's followers count once, as the most that were seen: whoever posts more often has no more readers. */
const INFLUENCERS: PanelInput = {
  kind: 'horizontal-bar',
  title: 'Potential Key Influencers',
  by: { field: 'author.handle' },
  measure: { of: 'maximum', field: 'author.followers', label: 'Followers' },
};

/**
 * The posts that were repeated most. Full text has no groups in an index of words, and equal texts need not be one post:
 * so reposts are counted by the post that they repeat, which they name, and the text is shown of the newest of them.
 */
const POPULAR: PanelInput = {
  kind: 'table',
  title: 'Popular Tweets',
  by: [{ field: 'ref.repost_of', label: 'Post' }],
  measures: [
    { of: 'posts', label: 'Reposts' },
    { of: 'latest', field: 'text', label: 'Text' },
  ],
  width: 48,
};

/** Replaces twitter-streaming-analytics: what people say of a product, and who says it. */
export const iphone: PresetInput = {
  name: 'iphone',
  description: 'Which product features people like or dislike, and who the influencers are',
  sources: ['twitter', 'reddit', 'bluesky', 'mastodon'],
  features: FEATURES,
  topics: [
    {
      name: 'iphone',
      keywords: [...MODELS, ...MODELS.slice(1).map((model) => model.replaceAll(' ', '')), 'apple phone', 'applephone'],
      subreddits: ['iphone', 'apple'],
      rules: ['(iphone OR #iphone OR "apple phone" OR applephone) lang:en'],
    },
  ],
  dashboards: [
    {
      title: 'Product Perception for iPhone',
      from: 'now-48h',
      filterBar: [
        { field: 'source', label: 'Network' },
        { field: 'features.name', label: 'Feature' },
        { field: 'sentiment.label', label: 'Perception' },
        { field: 'hashtags', label: 'Hashtag' },
      ],
      panels: [
        { kind: 'line', title: 'Brand Engagement', every: '1h' },
        { kind: 'tag-cloud', title: 'Popular Hashtags', by: { field: 'hashtags', size: 30 } },
        { kind: 'bar', title: 'Popular iPhone Features', by: { field: 'features.name', size: 8 } },
        { kind: 'metric', title: 'Brand Perception', splitBy: { field: 'sentiment.label' }, width: 24, height: 15 },
        { kind: 'donut', title: 'Brand Enthusiasts', by: { field: 'author.handle' } },
        INFLUENCERS,
        POPULAR,
        { kind: 'search', title: 'Live Tweets', columns: ['text', 'author.handle', 'source', 'sentiment.label'] },
      ],
    },
  ],
};

function feature(name: string, keywords: string) {
  return { name, keywords: keywords.split(', ') };
}
