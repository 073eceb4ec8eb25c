"""Quoth as a part of other frameworks' pipelines: LangChain, LlamaIndex and Haystack, each an extra of its name."""
