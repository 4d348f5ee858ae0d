import { expect, test } from 'vitest';

import { readAddresses } from '../../../producers/network/addresses.ts';

const FACTS = { addresses: { API_URL: 'https://api.example.org', STREAM_URL: 'wss://stream.example.org' } };

test('addresses are the usual ones unless the environment has others', () => {
  expect(readAddresses(FACTS, { API_URL: '', STREAM_URL: 'wss://other.example.org/x/' })).toEqual({
    API_URL: 'https://api.example.org',
    STREAM_URL: 'wss://other.example.org/x',
  });
});

test.each(['http://localhost:80', 'http://127.0.0.1:8080/', 'http://127.9.9.9', 'http://[::1]:80'])(
  '%s is taken, on this machine',
  (address) => {
    expect(readAddresses(FACTS, { API_URL: address })['API_URL']).toBe(address.replace(/\/$/, ''));
  },
);

test.each([
  'http://api.example.org',
  'http://localhost.example.org',
  'http://127.0.0.1.example.org',
  'ws://localhost',
  'ftp://localhost',
  'wss://api.example.org',
  'api.example.org',
  'file:///etc/passwd',
])('%s is refused, with what is allowed', (address) => {
  expect(() => readAddresses(FACTS, { API_URL: address })).toThrow(
    `API_URL is ${JSON.stringify(address)}; allowed is an address such as https://api.example.org, and http://localhost:PORT on this machine.`,
  );
});
