/* codes_text.c — mistakes in the text as YAML: E00. */
#include "scenarios/format/codes.h"
#include "scenarios/format/codes_example.h"

const ScnCode scn_codes_text[] = {
    {.id = SCN_NOT_A_MAPPING,
     .title = "a scenario is a mapping of keys to values",
     .explanation =
         "The file is empty, or its top level is a list or a text. It must have lines of "
         "the form 'key: value', beginning with 'replsim: 1'.",
     .example = "- nodes\n- clients\n"},
    {.id = SCN_TOO_LARGE,
     .title = "the scenario has more than 1 MiB",
     .explanation = "No scenario written by hand is so large. Measured data go into CSV files that "
                    "the scenario names, many nodes are written as a range (n1..n500: dc1)."},
    {.id = SCN_NOT_UTF8,
     .title = "the file is not UTF-8 text",
     .explanation = "Scenarios are read as UTF-8. The place of the first byte that does not fit is "
                    "shown; editors have a command to save in another encoding.",
     .example = "replsim: 1\nname: caf\xE9\n"},
    {.id = SCN_CONTROL_CHARACTER,
     .title = "a control character has no place in a scenario",
     .explanation = "Invisible characters are almost always there by accident and could mislead "
                    "whoever reads the file or its messages.",
     .example = "replsim: 1\nname: bell\a\n"},
    {.id = SCN_TAB,
     .title = "tabs are not used",
     .explanation = "YAML forbids tabs in indentation, and editors disagree about how wide they "
                    "are, so scenarios have none at all. Two spaces for each level are usual.",
     .example = "replsim: 1\nnodes:\n\tdb1: us\n"},
    {.id = SCN_DUPLICATE_KEY,
     .title = "a key is given twice",
     .explanation = "YAML readers take the last of two equal keys and forget the first, without a "
                    "word. Here it is a mistake, because one of the two was meant to count.",
     .example = "replsim: 1\nseed: 1\nseed: 2\n" NODES NETWORK CLIENTS},
    {.id = SCN_ANCHOR,
     .title = "anchors are not used",
     .explanation = "'&name' marks a value for reuse by '*name'. Scenarios reuse by 'variants', "
                    "whose entries override single values, and by defaults such as the top-level "
                    "'storage'. So every value stands where it is read.",
     .example = COMPLETE "storage: &disk {fsync: 1ms}\n"},
    {.id = SCN_ALIAS,
     .title = "aliases are not used",
     .explanation = "'*name' stands for a value marked by '&name'. See E0007.",
     .example = COMPLETE "storage: *disk\n"},
    {.id = SCN_TAG,
     .title = "tags are not used",
     .explanation =
         "'!!int' and its like force a type on a value. Here every key knows the type of "
         "its value.",
     .example = COMPLETE "seed: !!int 7\n"},
    {.id = SCN_MERGE_KEY,
     .title = "merge keys are not used",
     .explanation = "'<<: *name' merges one mapping into another. Settings of nodes already merge "
                    "over the top-level 'storage' and 'cpu'; for the rest there are variants.",
     .example = COMPLETE "storage:\n  <<: {fsync: 1ms}\n"},
    {.id = SCN_SEVERAL_DOCUMENTS,
     .title = "a file holds one scenario",
     .explanation = "'---' begins a second YAML document. Several scenarios are several files, or "
                    "variants of one.",
     .example = COMPLETE "---\nreplsim: 1\n"},
    {.id = SCN_DIRECTIVE,
     .title = "YAML directives are not used",
     .explanation = "A line that begins with '%' tells a YAML reader how to read. There is nothing "
                    "to tell: scenarios are always read in the same way.",
     .example = "%YAML 1.2\n---\n" COMPLETE},
    {.id = SCN_TOO_DEEP,
     .title = "values are nested too deeply",
     .explanation = "32 levels are the most; a scenario needs six.",
     .example = "replsim: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]\n"},
    {.id = SCN_TOO_MANY_VALUES,
     .title = "a scenario has too many values",
     .explanation =
         "100,000 are the most. Many equal nodes are written as a range: n1..n500: dc1."},
    {.id = SCN_SYNTAX,
     .title = "the text is not YAML",
     .explanation =
         "The message is the YAML reader's. Common causes: a value with ': ' in it that "
         "is not quoted, a bracket or quote that is not closed, keys of one mapping that "
         "do not stand in one column.",
     .example = "replsim: 1\nnodes: {db1: us\n"},
    {.id = SCN_KEY_NOT_SCALAR,
     .title = "a key is a text",
     .explanation = "YAML allows lists and mappings as keys; scenarios do not.",
     .example = COMPLETE "[a, b]: 1\n"},
    {.id = SCN_EMPTY_VALUE,
     .title = "a key has no value",
     .explanation =
         "'key:' with nothing behind it says nothing. Remove the key to get its default.",
     .example = COMPLETE "seed:\n"},
    {.id = SCN_WRONG_SHAPE,
     .title = "a list, a mapping or a single value stands where another is expected",
     .explanation = "Each key takes one of the three: a single value (duration: 60s), a list "
                    "(regions: [us, eu]) or a mapping (nodes: {db1: us}).",
     .example = COMPLETE "duration: [60s]\n"},
    {.id = SCN_FLOW_COMMA,
     .title = "a comma ends the value, because it is inside { } or [ ]",
     .explanation = "Inside { } and [ ] YAML takes every comma as the end of an entry, also one "
                    "between the arguments of a call. Quote the call, or write the mapping over "
                    "several lines.",
     .example = "replsim: 1\n" NODES NETWORK
                "clients:\n  web: {rate: 100/s, reads: 90%, keys: zipf(1k, s=0.99)}\n"},
    {.title = NULL}};
