import fc from 'fast-check';

/** Every property draws from one seed, so a green suite stays green; `FC_SEED=$RANDOM npm run test:unit` draws others. */
const seed = Number(process.env.FC_SEED ?? 20_261_120);
if (!Number.isInteger(seed)) throw new Error(`FC_SEED is a whole number, not ${process.env.FC_SEED}.`);
fc.configureGlobal({ seed });
