"""The store that is one SQLite file, with FTS5 for words and FAISS for vectors. Nothing outside knows of them."""
