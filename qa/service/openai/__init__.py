"""OpenAI's chat completions and models, over the same answers."""
