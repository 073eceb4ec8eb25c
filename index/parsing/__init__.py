"""Bytes → document: in a child process within limits, so that a document made to break a parser costs a refusal."""
