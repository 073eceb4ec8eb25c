"""Run the work of requests in threads: admission queues, deadlines, streaming, disconnected clients."""
