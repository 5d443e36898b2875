// The size of text on a canvas: the style sheet's, which enlarges it for the projector.

/** Font size of an element, in px. */
export const textSize = (element) => parseFloat(getComputedStyle(element).fontSize) || 13;
