# SPDX-License-Identifier: Apache-2.0
"""compare.py -- whether Qun was the lenient one in a stream.

What is compared is the list of requests that each server understood: method, path, body; up to
the first that it refused or cut. For each request of Qun's list, given that everything before
it was understood alike:

- another server agrees if it understood the same request there, disagrees if it understood a
  different one, and refuses if it answered with an error there. One that closed after its last
  answer, or still waited for bytes when the stream ended, says nothing: when a connection ends
  is its own affair.
- "alone": nobody agrees, and somebody refuses. Qun accepted what all others refuse.
- "another reading": somebody disagrees. Qun saw another number of requests, or other bodies.
- "outvoted": more refuse than agree.

Each of the three makes Qun the lenient one; the first that applies is named.
"""
from client import ANY


def same(a, b):
    return ANY in (a, b) or a == b


def verdict(qun, others):
    """None, or (which of the three, the index of the request, by server what it did there)."""
    alike = dict(others)  # understood everything so far as Qun did
    for i, request in enumerate(qun.requests):
        votes = {}
        for name, seen in list(alike.items()):
            if i < len(seen.requests):
                votes[name] = "agrees" if same(seen.requests[i], request) else "disagrees"
            else:
                votes[name] = "refuses" if seen.refusal is not None else "says nothing"
            if votes[name] != "agrees":
                del alike[name]
        said = list(votes.values())
        if "disagrees" in said:
            return "another reading", i, votes
        if said and "agrees" not in said and "refuses" in said:
            return "alone", i, votes
        if said.count("refuses") > said.count("agrees"):
            return "outvoted", i, votes
    return None
