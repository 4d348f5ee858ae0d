import type { PresetInput } from './preset-schema.ts';

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

/** Replaces twitter-streaming-analytics: what people say of a product, and who says it. */
export const iphone: PresetInput = {
  name: 'iphone',
  description: 'Which product features people like or dislike, and who the influencers are',
  sources: ['twitter', 'reddit', 'bluesky', 'mastodon'],
  searchFeed: 'table',
  features: FEATURES,
  topics: [
    {
      name: 'iphone',
      keywords: [...MODELS, ...MODELS.slice(1).map((model) => model.replaceAll(' ', '')), 'apple phone', 'applephone'],
      subreddits: ['iphone', 'apple'],
      rules: ['(iphone OR #iphone OR "apple phone" OR applephone) lang:en'],
    },
  ],
};

function feature(name: string, keywords: string) {
  return { name, keywords: keywords.split(', ') };
}
