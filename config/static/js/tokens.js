// A text cut into words, signs and spaces, as drafts/words/tokens.py cuts it.
// tests/drafts/words/redline_pairs.json holds both.

const SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
// Chinese and Japanese are written without spaces: each character is a word of its own.
const IDEOGRAPH =
  "\\u3001-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\uff01-\\uff60\\u{20000}-\\u{3ffff}";
const SIGN =
  "!-\\/:-@\\[-`\\{-~\\xa1-\\xa9\\xab\\xac\\xae-\\xb1\\xb4\\xb6-\\xb8\\xbb\\xbf\\xd7\\xf7" +
  "\\u05be\\u05f3\\u05f4\\u060c\\u061b\\u061f\\u066a-\\u066d\\u06d4\\u2010-\\u2027\\u2030-\\u205e\\u2212";
const LETTER = `[^${SPACE}${IDEOGRAPH}${SIGN}]`;
const DIGIT = "[0-9\\u0660-\\u0669\\u06f0-\\u06f9]";
const APOSTROPHE = "['\\u2019]";
// 1 000 000; 1,000.50; 64/293; 10:30.
const NUMBER =
  `${DIGIT}{1,3}(?:[ \\xa0\\u2009\\u202f]${DIGIT}{3})+(?:[.,\\u066b]${DIGIT}+)?(?!${LETTER})` +
  `|${DIGIT}+(?:[.,:\\/\\u066b\\u066c]${DIGIT}+)+(?!${LETTER})`;
// The article of "l'État" and the "'s" of "women's" come and go alone; "don't" is one word.
const ELIDED = `(?:[cdjlmnstCDJLMNST]|(?:[jJ]us|[lL]ors|[pP]uis|[qQ]uoi)?[qQ]u)${APOSTROPHE}`;
const POSSESSIVE = `${APOSTROPHE}s(?!${LETTER})`;
const WORD = `${LETTER}+(?:(?!${POSSESSIVE})${APOSTROPHE}${LETTER}+)*`;
const TOKEN = new RegExp(
  `${NUMBER}|${ELIDED}(?=${LETTER})|${WORD}|${POSSESSIVE}|[${IDEOGRAPH}]|[${SPACE}]+|[${SIGN}]`,
  "gu",
);

// As a limit counts them: tests/drafts/words/word_counts.json holds both.
const COUNTED = new RegExp(
  `${DIGIT}{1,3}(?:[ \\xa0\\u2009\\u202f]${DIGIT}{3})+(?!${LETTER})|[${IDEOGRAPH}]|[^${SPACE}${IDEOGRAPH}]+`,
  "gu",
);

const INK = new RegExp(`[^${SPACE}]`, "u");

// What differs in these characters alone says the same: drafts/words/typography.py.
const TYPOGRAPHY = [
  [/[\u00a0\u2000-\u200a\u202f\u205f\u3000]/g, " "],
  [/[\u2010-\u2015\u2212]/g, "-"],
  [/[\u201c-\u201f\u00ab\u00bb]/g, '"'],
  [/[\u2018-\u201b\u2039\u203a\u02bc]/g, "'"],
  [/[\u00ad\u200b\u2060\ufeff\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g, ""],
];

/** The words, signs and spaces of a text, each a token of its own; joined they are the text. */
export function tokens(text) {
  return text.match(TOKEN) ?? [];
}

/** Whether a token is a word or a number, no sign and no space. */
export function isWord(token) {
  return /[\p{L}\p{N}]/u.test(token);
}

/** How many words a text has, as people count them against a limit (drafts/words/tokens.py). */
export function wordCount(text) {
  return (text.match(COUNTED) ?? []).filter(isWord).length;
}

/** Whether a token leaves no ink. */
export function isSpace(token) {
  return !INK.test(token);
}

/** The text for comparing only: plain spaces, hyphens and quotation marks. */
export function withoutTypography(text) {
  return TYPOGRAPHY.reduce((plain, [signs, one]) => plain.replace(signs, one), text);
}
