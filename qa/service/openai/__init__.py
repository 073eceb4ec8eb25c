"""OpenAI's chat completions and models, with the answers of `/v1/ask`."""
