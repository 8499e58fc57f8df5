#!/usr/bin/env python3
"""Hold order documents against doc/order.schema.json, and their digests.

validate_docs.py FILE-OR-FOLDER...     exit 1 if one is wrong, 2 if none is there

Needs python3-jsonschema (Debian).  The digest is computed here anew, so that a
second program says the same as ours; so are the rules a schema cannot express
(order of lines, which texts may be there).
"""
import hashlib
import json
import os
import re
import sys

from jsonschema import Draft202012Validator

OUTSIDE = ('digest', 'updated_at', 'tags', 'flags', 'enrichment')
CONTROL = re.compile('[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]')
OURS = {'logivery-no-sync', 'logivery-syncing', 'logivery-synced',
        'logivery-error'}


def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True,
                      separators=(',', ':')).encode()


def digest(doc):
    inside = {k: v for k, v in doc.items() if k not in OUTSIDE}
    return hashlib.sha256(canonical(inside)).hexdigest()


def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)
    elif isinstance(value, dict):
        for one in value.values():
            yield from texts(one)


def expected_flags(doc):
    """The flags that follow from the document; the others are the source's."""
    lines = doc['lines']
    return {
        'test': doc['test'],
        'pos': doc['source_name'] == 'pos',
        'unpaid': doc['financial_status'] not in (
            'paid', 'partially_refunded', 'refunded'),
        'nothing_to_ship': not any(
            li['requires_shipping'] and li['current_quantity'] > 0
            for li in lines),
        'no_customer': doc['customer'] is None,
        'no_address': doc['shipping_address'] is None,
        'tip': doc['totals']['tip'] != '0.00',
        'gift_card': any(li['gift_card'] for li in lines),
        'custom_item': any(li['variant_id'] is None for li in lines),
        'edited': any(li['current_quantity'] != li['quantity']
                      for li in lines),
        'many_lines': len(lines) > 250,
    }


def is_sorted(entries):
    ids = [int(e['id'] or 0) for e in entries]
    return ids == sorted(ids)


def rules(doc, raw):
    """What is wrong beyond the schema."""
    if digest(doc) != doc['digest']:
        yield 'digest: not that of the document'
    if canonical(doc) != raw.rstrip(b'\n'):
        yield 'not canonical JSON'
    if any(CONTROL.search(t) for t in texts(doc)):
        yield 'a control character'
    for name in ('lines', 'shipping_lines'):
        if not is_sorted(doc[name]):
            yield name + ': not in the order of ids'
    if len({li['id'] for li in doc['lines']}) < len(doc['lines']):
        yield 'lines: an id twice'
    if any(t.strip(' \t\r\n\u00a0').lower() in OURS for t in doc['tags']):
        yield 'tags: one of our own'
    if not doc['gid'].endswith('/' + doc['id']):
        yield 'gid: not of this id'
    for flag, on in expected_flags(doc).items():
        if (flag in doc['flags']) != on:
            yield 'flags: %s is wrong' % flag


def problems(validator, path):
    with open(path, 'rb') as f:
        raw = f.read()
    doc = json.loads(raw)
    found = ['%s: %s' % (e.json_path, e.message[:200])
             for e in validator.iter_errors(doc)]
    return found or list(rules(doc, raw))


def files(args):
    for arg in args:
        if os.path.isdir(arg):
            for name in sorted(os.listdir(arg)):
                if name.endswith('.json'):
                    yield os.path.join(arg, name)
        else:
            yield arg


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, '../../doc/order.schema.json'),
              encoding='utf-8') as f:
        schema = json.load(f)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    count = bad = 0
    for path in files(sys.argv[1:]):
        found = problems(validator, path)
        count += 1
        bad += bool(found)
        for line in found[:10]:
            print('%s: %s' % (path, line), file=sys.stderr)
    print('%d documents, %d wrong' % (count, bad))
    sys.exit(2 if count == 0 else 1 if bad else 0)


main()
