// Whole numbers from 0 on, as indices, timesteps and iterations are. What comes by a link may be
// anything.

export const isWhole = (value) => Number.isInteger(value) && value >= 0;

export const wholeOrNull = (value) => (isWhole(value) ? value : null);
