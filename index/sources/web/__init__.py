"""Web sites as a source: which pages there are, asking for them politely, and keeping the index in step with them.

Only `quoth sync` comes here: nothing that answers over HTTP fetches an address that somebody sent.
"""
