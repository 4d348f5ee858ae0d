/** The options that every command on windows takes. */
export const WINDOW_OPTIONS = {
  preset: { type: 'string', default: 'trends' },
  target: { type: 'string' },
  window: { type: 'string' },
  at: { type: 'string' },
} as const;
