"""Where documents come from, and how the index is kept in step with it: folders and web sites."""
