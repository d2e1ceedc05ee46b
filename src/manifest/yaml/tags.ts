import { code, isAlpha, isBlankOrEnd, type SourceCursor } from './source.js';
import { syntaxError, type Token, token } from './token.js';

// Part of the port of libyaml's scanner; scanner.ts says from where, and under which license.

const anchorEnds = new Set([...'?:,]}%@`'].map((character) => character.charCodeAt(0)));
const uriCharacters = new Set([...";/?:@&=+$,.!~*'()[]%"].map((character) => character.charCodeAt(0)));

export function scanAnchor(source: SourceCursor, type: 'alias' | 'anchor'): Token {
  const start = source.position;
  source.skip();
  const name = readAlpha(source);
  if (name === '' || !(isBlankOrEnd(source.peek()) || anchorEnds.has(source.peek()))) {
    const hint =
      type === 'alias' ? 'quote a value that starts with `*`' : 'quote a value that starts with `&`';
    throw syntaxError(`did not find expected alphabetic or numeric character in an ${type}`, start, hint);
  }
  return token(type, start, source.position, name);
}

export function scanTag(source: SourceCursor): Token {
  const start = source.position;
  let handle = '';
  let suffix: string;
  if (source.peek(1) === code.less) {
    source.skip(2);
    suffix = readUri(source, '', start);
    if (source.peek() !== code.greater) throw tagError("did not find the expected '>' of a tag", start);
    source.skip();
  } else {
    source.skip();
    handle = `!${readAlpha(source)}`;
    if (source.peek() === code.exclamation) {
      source.skip();
      handle += '!';
    }
    if (handle.length > 1 && handle.endsWith('!')) suffix = readUri(source, '', start);
    else {
      suffix = readUri(source, handle, start);
      handle = '!';
      if (suffix === '') [handle, suffix] = ['', '!'];
    }
  }
  if (!isBlankOrEnd(source.peek()))
    throw tagError('did not find expected whitespace or line break after a tag', start);
  return token('tag', start, source.position, handle, suffix);
}

function readAlpha(source: SourceCursor): string {
  const from = source.position;
  while (isAlpha(source.peek())) source.skip();
  return source.text.slice(from, source.position);
}

/** `head` is what was taken for a handle, with its `!`. */
function readUri(source: SourceCursor, head: string, start: number): string {
  let uri = head.slice(1);
  let some = head !== '';
  for (;;) {
    const character = source.peek();
    if (!isAlpha(character) && !uriCharacters.has(character)) break;
    if (character === code.percent) uri += readUriEscape(source, start);
    else {
      uri += String.fromCharCode(character);
      source.skip();
    }
    some = true;
  }
  if (!some) throw tagError('did not find expected tag URI', start);
  return uri;
}

/** One character, as the `%XX` of its UTF-8. */
function readUriEscape(source: SourceCursor, start: number): string {
  const octets: number[] = [];
  let length = 1;
  while (octets.length < length) {
    const match = /^%([0-9a-fA-F]{2})/.exec(source.text.slice(source.position, source.position + 3));
    if (match?.[1] === undefined) throw tagError('did not find URI escaped octet in a tag', start);
    const octet = Number.parseInt(match[1], 16);
    if (octets.length === 0) {
      length = octet < 0x80 ? 1 : octet >> 5 === 6 ? 2 : octet >> 4 === 14 ? 3 : octet >> 3 === 30 ? 4 : 0;
      if (length === 0) throw tagError('found an incorrect leading UTF-8 octet in a tag', start);
    } else if ((octet & 0xc0) !== 0x80)
      throw tagError('found an incorrect trailing UTF-8 octet in a tag', start);
    octets.push(octet);
    source.skip(3);
  }
  return Buffer.from(octets).toString('utf8');
}

function tagError(message: string, start: number): Error {
  return syntaxError(message, start, 'quote a value that starts with `!`');
}
