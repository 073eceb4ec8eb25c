// Numbers of things, as the pages say them.

/** `many(1, "page")` is "1 page", `many(1234, "page")` is "1,234 pages". */
export const many = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
