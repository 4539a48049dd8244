"""validate_json.py SCHEMA DOCUMENT… — validates documents with an independent validator.

Prints a line for each document: "ok NAME", or "bad NAME: where: what". Exit 0 when that is done,
whatever came of it; 1 when the schema itself is none; 77 when the validator (Debian's
python3-jsonschema) is not there. Without documents only the schema is looked at.
"""
import json
import os
import sys

try:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError
except ImportError:
    sys.exit(77)


def refuse_twice(pairs):
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError("a key stands twice")
    return dict(pairs)


def load(path):
    def refuse(word):
        raise ValueError("%s is not JSON" % word)

    with open(path, encoding="utf-8") as file:
        return json.load(file, object_pairs_hook=refuse_twice, parse_constant=refuse)


schema = load(sys.argv[1])
try:
    Draft202012Validator.check_schema(schema)
except SchemaError as error:
    sys.exit("not a schema: %s" % error.message)
validator = Draft202012Validator(schema)
for path in sys.argv[2:]:
    name = os.path.basename(path)
    error = next(iter(sorted(validator.iter_errors(load(path)), key=str)), None)
    if error is None:
        print("ok", name)
    else:
        where = "/".join(str(part) for part in error.absolute_path) or "the document"
        print("bad %s: %s: %s" % (name, where, error.message[:200].replace("\n", " ")))
