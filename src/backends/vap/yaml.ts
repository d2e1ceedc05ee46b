/** Kubernetes objects as YAML that any reader of YAML 1.1 reads the same; what has several lines is a block. */
import { Document, isScalar, Scalar, visit } from 'yaml';

export function writeObjects(objects: readonly object[]): string {
  return objects.map(writeObject).join('---\n');
}

function writeObject(object: object): string {
  const document = new Document(object, { aliasDuplicateObjects: false, compat: 'yaml-1.1' });
  visit(document, {
    Pair: (_key, { value }) => {
      // An expression with `: ` in it would be quoted, and its own quotes escaped.
      if (isScalar(value) && typeof value.value === 'string' && /\n|: |"/.test(value.value))
        value.type = Scalar.BLOCK_LITERAL;
    },
  });
  return document.toString({ lineWidth: 0, blockQuote: 'literal' });
}
