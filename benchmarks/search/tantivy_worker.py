"""Answers one line of JSON after the other with tantivy, in a Python of its own that has it.

It knows nothing of Storybank: it is given a file of stories, one JSON object a line.
"""

import json
import sys
import time

import tantivy

CONSENT, CODES = "yes", "codes"
MANY = 60


def build(folder, corpus, many):
    schema = tantivy.SchemaBuilder()
    schema.add_integer_field("id", stored=True, indexed=True, fast=True)
    schema.add_text_field("text", stored=True, tokenizer_name="en_stem", index_option="position")
    schema.add_text_field(CONSENT, tokenizer_name="raw", index_option="basic")
    schema.add_integer_field(CODES, indexed=True, fast=True)
    index = tantivy.Index(schema.build(), path=folder)
    writer = index.writer(heap_size=256_000_000, num_threads=1)
    with open(corpus, encoding="utf-8") as lines:
        for number, line in zip(range(1, many + 1), lines, strict=False):
            document = tantivy.Document()
            document.add_integer("id", number)
            document.add_text("text", json.loads(line)["text"])
            document.add_text(CONSENT, "y" if number % 5 < 3 else "n")
            for code in {(number * 7_919 + 104_729 * n) % MANY for n in range(3)}:
                document.add_integer(CODES, code)
            writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return index


def asked(index, kind, words):
    make = tantivy.Query
    if kind == "prefix":
        return make.regex_query(index.schema, "text", words[0] + ".*")
    if kind == "fuzzy":
        return make.fuzzy_term_query(index.schema, "text", words[0], distance=1)
    if kind == "phrase":
        return index.parse_query('"' + " ".join(words) + '"', ["text"])
    return index.parse_query((" AND " if kind == "and" else " OR ").join(words), ["text"])


def search(index, searcher, kind, words, way):
    query = asked(index, kind, words)
    if way == "filter":
        only = tantivy.Query.term_query(index.schema, CONSENT, "y")
        only = tantivy.Query.const_score_query(only, 0.0)
        must = tantivy.Occur.Must
        query = tantivy.Query.boolean_query([(must, query), (must, only)])
    if way == "facets":
        searcher.aggregate(query, {"codes": {"terms": {"field": CODES, "size": MANY}}})
    hits = searcher.search(query, 20, count=True)
    documents = [searcher.doc(address) for _, address in hits.hits]
    if way == "highlight":
        snippets = tantivy.SnippetGenerator.create(searcher, query, index.schema, "text")
        for document in documents:
            snippets.snippet_from_doc(document).to_html()
    return [document["id"][0] for document in documents]


def main():
    folder, corpus, many = sys.argv[1], sys.argv[2], int(sys.argv[3])
    began = time.process_time()
    index = build(folder, corpus, many)
    print(json.dumps(time.process_time() - began), flush=True)
    searcher = index.searcher()
    for line in sys.stdin:
        kind, words, way = json.loads(line)
        began = time.process_time()
        found = search(index, searcher, kind, words, way)
        print(json.dumps([(time.process_time() - began) * 1000, len(found)]), flush=True)


if __name__ == "__main__":
    main()
